import {
  ATTACHMENT_LIMITS,
  type AttachmentKind,
  type ContentType,
  contentTypeOf,
  type EntityId,
  fitsKind,
  fitsThumbnail,
  type Problem,
  TELLING_BYTES,
} from "@healthbridge/schema/client";
import type { Channel, Runtime } from "../adapters/runtime.ts";
import { makeThumbnail } from "../adapters/thumbnail.ts";
import { type OpenDevice, runtimeOf } from "../carriers/signed-call.ts";
import { HealthBridgeError } from "../errors.ts";
import type { HealthBridge } from "../health-bridge.ts";
import type { Store } from "../stores/store.ts";
import type { SyncProblem } from "../sync/status.ts";
import { listen, tell } from "../tell.ts";
import { Background } from "./background.ts";
import { download } from "./download.ts";
import { knownEpoch } from "./known-epoch.ts";
import { digestOf, drawSeal } from "./seal.ts";
import { Shelf } from "./shelf.ts";
import { untilThere } from "./until-there.ts";
import { Uploader } from "./uploader.ts";
import { type UploadRow, wholeSize } from "./upload-row.ts";

/** A device that is open, and where it keeps files. */
export interface AttachmentDevice extends OpenDevice {
  readonly hb: Pick<HealthBridge, "list" | "on" | "status" | "sync" | "waiting">;
  /** a store of its own for files, as `indexedDbStore({ name: "clinic-files" })`: so no photo is ever in the way of a booking, neither in time nor in room */
  readonly files: Store;
  /** makes the small picture that is sent first; default: the browser does where it can; `false`: none is made */
  readonly makeThumbnail?: ((photo: Blob) => Promise<Blob | undefined>) | false | undefined;
  /** bytes of files kept on this device at most; 50 MB by default */
  readonly mostBytes?: number | undefined;
  /** begin to send in the background at once; default true */
  readonly autoUpload?: boolean | undefined;
}

/** What is to be attached. */
export interface AttachInput {
  /** the appointment's id */
  readonly conversation: EntityId;
  readonly kind: AttachmentKind;
  /** a small JPEG or WebP picture (at most 16,384 bytes) that is sent first; default: one is made where that can be done; `false`: none */
  readonly thumbnail?: Blob | false | undefined;
}

/** Something that was attached on this device. */
export interface ShownAttachment {
  readonly id: EntityId;
  readonly conversation: EntityId;
  readonly kind: AttachmentKind;
  readonly type: ContentType;
  /** `waiting` on this device, `sent` whole to the server, or `refused` by it */
  readonly state: "waiting" | "sent" | "refused";
  /** bytes to send, and how many of them the server is known to have in this run */
  readonly bytes: number;
  readonly sentBytes: number;
  /** by this device's clock, ms since 1970 */
  readonly madeAt: number;
  /** why it was refused */
  readonly problem?: Problem | undefined;
}

const MOST_BYTES = 50_000_000;

/**
 * Photos and voice notes on a device: kept durably at once, network or not, and sent piece by piece when there is one, after everything else. Where the line breaks, or the app is killed, it goes on from
 * the byte the server has.
 *
 * @example
 * const attachments = await openAttachments({ hb, url, store, files: indexedDbStore({ name: "clinic-files" }) });
 * const photo = await attachments.attach(file, { conversation: appointment.id, kind: "photo" }); // durable on this device when it resolves
 * await chat.send({ conversation: appointment.id, text: "The rash since Monday", attachments: [photo] }); // does not wait for it
 * attachments.watch(() => show(attachments.list(appointment.id))); // "waiting", with how many bytes are there; then "sent"
 */
export class Attachments {
  readonly #device: AttachmentDevice;
  readonly #runtime: Runtime;
  readonly #shelf: Shelf;
  readonly #uploader: Uploader;
  readonly #background: Background;
  readonly #channel: Channel;
  readonly #lock: string;
  readonly #ending = new AbortController();
  readonly #stopListening: () => void;
  readonly #watchers = new Set<(nothing: undefined) => void>();
  readonly #rows = new Map<EntityId, UploadRow>();
  readonly #sent = new Map<EntityId, number>();
  #running: Promise<SyncProblem | undefined> | undefined;

  private constructor(device: AttachmentDevice) {
    const { hb, store, url, files, mostBytes = MOST_BYTES } = device;
    const runtime = runtimeOf(device);
    this.#device = device;
    this.#runtime = runtime;
    this.#shelf = new Shelf(files, mostBytes);
    this.#lock = `${url} ${files.name} attachments`;
    this.#channel = runtime.openChannel(this.#lock, () => void this.#reload().catch(() => undefined)); // heard at the next call
    this.#uploader = new Uploader({
      hb,
      store,
      url,
      runtime,
      shelf: this.#shelf,
      waiting: () => this.#own().filter(({ status }) => status === "waiting"),
      onRow: (row) => this.#put(row),
      onSent: (id, bytes) => {
        this.#sent.set(id, bytes);
        this.#changed();
      },
    });
    this.#stopListening = this.#listen();
    this.#background = new Background({
      hb,
      runtime,
      waits: () => this.#own().some(({ status }) => status === "waiting"),
      upload: () => this.upload(),
    });
  }

  /**
   * Opens attachments over an open device.
   * @throws HealthBridgeError `malformed` at `files` (that is the SDK's own store), `store_blocked`, `store_failed`
   */
  static async open(device: AttachmentDevice): Promise<Attachments> {
    if (device.files === device.store) throw new HealthBridgeError("malformed", { path: "files" });
    const opened = new Attachments(device);
    await opened.#reload();
    await opened.#offerAgain().catch(() => undefined); // heard at the next call
    if (device.autoUpload !== false) opened.#background.start();
    return opened;
  }

  /**
   * Keeps a photo or a voice note to be sent. It resolves once that is durable on this device; the id is for the message that names it.
   * @throws HealthBridgeError and nothing is kept: `attachment_unfit` (by its first bytes it is no JPEG, PNG or WebP photo, no Ogg, M4A, AAC or WebM voice note; at `thumbnail`: no small JPEG or WebP), `too_large`
   * (a photo over 5 MB, a voice note over 2 MB), `attachment_limit` at `device` (as much as this device may keep waits to be sent), `not_signed_in`, `vault_unavailable` (a page that is neither https nor localhost), `store_full`, `store_closed`, `store_blocked`, `store_failed`
   */
  async attach(file: Blob, { conversation, kind, thumbnail }: AttachInput): Promise<EntityId> {
    const owner = this.#device.hb.status.get().account?.id;
    if (owner === undefined) throw new HealthBridgeError("not_signed_in");
    const bytes = new Uint8Array(await file.arrayBuffer());
    const type = fitting(kind, bytes);
    const small = kind === "photo" ? await this.#thumbnail(file, thumbnail) : new Uint8Array();
    const { id, seal } = await drawSeal(this.#runtime);
    const row = {
      id,
      owner,
      seal,
      conversation,
      kind,
      type,
      size: bytes.length,
      thumbnailSize: small.length,
      digest: await digestOf(bytes),
      madeAt: this.#runtime.now(),
      begun: false,
      status: "waiting" as const,
    };
    const whole = new Uint8Array(small.length + bytes.length);
    whole.set(small);
    whole.set(bytes, small.length);
    await this.#shelf.add(row, whole);
    this.#tell();
    await this.#reload(); // what was sent may have made room
    this.#background.poke();
    return id;
  }

  /** What was attached on this device by whoever is signed in and is kept here, in the order of attaching; of one conversation, or of all. */
  list(conversation?: EntityId): readonly ShownAttachment[] {
    return this.#own()
      .filter((row) => conversation === undefined || row.conversation === conversation)
      .map((row) => this.#shown(row));
  }

  /**
   * A file or its thumbnail, as it is kept on this device; `undefined` where it is not.
   * @throws HealthBridgeError `store_closed`, `store_blocked`, `store_failed`
   */
  async held(id: EntityId, what: "file" | "thumbnail" = "file"): Promise<Blob | undefined> {
    const row = this.#own().find((each) => each.id === id);
    if (row === undefined || (what === "thumbnail" && row.thumbnailSize === 0)) return undefined;
    const small = what === "thumbnail";
    const [start, end] = small ? [0, row.thumbnailSize] : [row.thumbnailSize, wholeSize(row)];
    const bytes = await this.#shelf.bytes(id, start, end);
    return new Blob([bytes], { type: small ? (contentTypeOf(bytes) ?? "") : row.type });
  }

  /**
   * Fetches a file or its thumbnail from the server, whoever attached it; where the line breaks it goes on from there. Needs the network; nothing of it is kept here.
   * @throws HealthBridgeError `not_found` (on its way still, or not to be seen); `not_signed_in`; `offline` and the other codes of an exchange that failed
   */
  download(id: EntityId, what: "file" | "thumbnail" = "file", signal?: AbortSignal): Promise<Blob> {
    return download({ ...this.#device, runtime: this.#runtime }, id, what, signal);
  }

  /**
   * Fetches a file or its thumbnail as soon as it is at the server: now, or when this device hears that it has arrived, or an app asks again. Needs no network until then.
   * @param signal ends the wait, with its reason
   * @throws HealthBridgeError `closed`, where `end()` ended the wait; `not_signed_in`; the codes of an exchange that failed, but `offline` and what goes by itself
   */
  arrival(id: EntityId, what: "file" | "thumbnail" = "file", signal?: AbortSignal): Promise<Blob> {
    const { hb } = this.#device;
    const ended = this.#ending.signal;
    const either = signal ? AbortSignal.any([signal, ended]) : ended;
    const look = (): Promise<Blob> => this.download(id, what, either);
    return untilThere({ hb, id, runtime: this.#runtime, look, signal: either });
  }

  /**
   * Sends what waits, after everything that waits in the outbox. Resolves with why it ended early, or with `undefined`, and never rejects. Where another tab sends already this one leaves it to that.
   */
  upload(): Promise<SyncProblem | undefined> {
    const { signal } = this.#ending;
    this.#running ??= this.#runtime
      .withLock(this.#lock, { wait: false }, async () => {
        await this.#offerAgain().catch(() => undefined); // sending says so itself
        return this.#uploader.run(signal);
      })
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  /**
   * Removes what the app has shown and needs here no longer. What still waits is given up: the server forgets what it has of it in a week.
   * @throws HealthBridgeError `store_full`, `store_closed`, `store_blocked`, `store_failed`
   */
  async forget(ids: readonly EntityId[]): Promise<void> {
    const own = new Set(this.#own().map(({ id }) => id));
    const mine = ids.filter((id) => own.has(id));
    await this.#shelf.remove(mine);
    for (const id of mine) {
      this.#rows.delete(id);
      this.#sent.delete(id);
      this.#uploader.forget(id);
    }
    this.#tell();
    this.#changed();
  }

  /** Calls the listener now and after every change of what `list` shows; returns how to stop. */
  watch(listener: () => void): () => void {
    return listen(this.#watchers, () => listener(), undefined);
  }

  /** Begins to send in the background: at once, whenever something is attached, when the network comes back, and now and then. */
  start(): void {
    this.#background.start();
  }

  /** Ends sending, and waiting for what is to arrive; what waits here goes on the next time. The device and the stores stay open. */
  async end(): Promise<void> {
    this.#background.stop();
    this.#stopListening();
    this.#ending.abort(new HealthBridgeError("closed"));
    this.#channel.close();
    this.#watchers.clear();
    await this.#running;
  }

  async #thumbnail(photo: Blob, given: Blob | false | undefined): Promise<Uint8Array<ArrayBuffer>> {
    const { makeThumbnail: make = makeThumbnail } = this.#device;
    const made = given ?? (make === false ? undefined : await make(photo).catch(() => undefined)); // without one the photo goes as it is
    const bytes = new Uint8Array(made ? await made.arrayBuffer() : []);
    const fits = bytes.length <= ATTACHMENT_LIMITS.thumbnailBytes && fitsThumbnail(contentTypeOf(bytes));
    if (fits || bytes.length === 0) return bytes;
    if (given) throw new HealthBridgeError("attachment_unfit", { path: "thumbnail" });
    return new Uint8Array();
  }

  #own(): readonly UploadRow[] {
    const account = this.#device.hb.status.get().account?.id;
    return [...this.#rows.values()].filter(({ owner }) => owner === account);
  }

  #shown(row: UploadRow): ShownAttachment {
    const { id, conversation, kind, type, status: state, madeAt, problem } = row;
    const bytes = wholeSize(row);
    const sentBytes = state === "sent" ? bytes : (this.#sent.get(id) ?? 0);
    return { id, conversation, kind, type, state, bytes, sentBytes, madeAt, problem };
  }

  /** Hears that the server was restored, and that somebody else is here: she may have sent something before it was. */
  #listen(): () => void {
    const { hb } = this.#device;
    const again = (): void => void this.#offerAgain().catch(() => undefined); // heard at the next call
    let here = hb.status.get().account?.id;
    const stops = [
      hb.on("restored", again),
      hb.status.subscribe(({ account }) => {
        if (account?.id !== here) again();
        here = account?.id;
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /**
   * A server that was restored from a backup may have lost what was sent before: what this device still has of it is offered again, whenever that is noticed. What is there costs a
   * look. What others have sent goes when they are here, and makes room until then.
   */
  async #offerAgain(): Promise<void> {
    const epoch = await knownEpoch(this.#device.store);
    if (epoch === undefined) return;
    for (const row of this.#own()) {
      if (row.status !== "sent" || row.epoch === epoch) continue;
      const again = { ...row, status: "waiting" as const, begun: true };
      if (!(await this.#shelf.update(again))) continue;
      this.#put(again);
      this.#background.poke();
    }
  }

  #put(row: UploadRow): void {
    this.#rows.set(row.id, row);
    this.#tell();
    this.#changed();
  }

  async #reload(): Promise<void> {
    const rows = await this.#shelf.rows();
    this.#rows.clear();
    for (const row of rows) this.#rows.set(row.id, row);
    this.#changed();
  }

  /** The other tabs. A closed channel takes nothing any more, and what was kept is kept all the same. */
  #tell(): void {
    if (!this.#ending.signal.aborted) this.#channel.post("changed");
  }

  #changed(): void {
    tell(this.#watchers, undefined);
  }
}

/** What the file is, where it can be attached as this kind. The server looks in the same way; so nobody waits for its word. */
function fitting(kind: AttachmentKind, bytes: Uint8Array): ContentType {
  const type = contentTypeOf(bytes.subarray(0, TELLING_BYTES));
  if (type === undefined || !fitsKind(kind, type)) throw new HealthBridgeError("attachment_unfit");
  const { photoBytes, voiceBytes } = ATTACHMENT_LIMITS;
  if (bytes.length > (kind === "photo" ? photoBytes : voiceBytes)) throw new HealthBridgeError("too_large");
  return type;
}
