import { documentName, type DocumentAddress, parseDocumentName } from "@healthbridge/schema/client";
import type { Channel } from "../adapters/runtime.ts";
import { type OpenSocket, platformSocket } from "../adapters/platform-socket.ts";
import { type OpenDevice, runtimeOf } from "../carriers/signed-call.ts";
import { HealthBridgeError } from "../errors.ts";
import type { HealthBridge } from "../health-bridge.ts";
import type { SyncOptions, SyncReport } from "../sync/status.ts";
import { toBase64 } from "../base64.ts";
import { KeptRows, minePrefix, nameOfKey } from "./kept-rows.ts";
import { askedFor, restAfter } from "./pauses.ts";
import { SharedDocument } from "./shared-document.ts";

/** What was just written is at the server by then, over most lines; whoever locks an app waits no longer than that, ms. */
const CLOSE_MS = 2_000;

/** A device that is open, for documents. */
export interface DocumentsDevice extends OpenDevice {
  readonly hb: Pick<HealthBridge, "status" | "sync">;
  /** how a line is opened; default: the platform's sockets. `false`: documents travel over HTTP alone */
  readonly socket?: OpenSocket | false | undefined;
}

const KEY_BYTES = 6;

/**
 * Documents of consultations on a device. They are kept in the same store as everything else, sealed for the account that has them open: nobody else who signs in on this device
 * reads or sends them, and signing out takes away what the server has.
 *
 * @example
 * const documents = await openDocuments({ hb, url, store });
 * const intake = await documents.open({ conversation: appointment.id, kind: "intake" });
 * intake.doc.getText("complaint").insert(0, "fever since Monday"); // network or not
 */
export class Documents {
  readonly #device: DocumentsDevice;
  /** the same, for the exchanges of documents */
  readonly #asking: OpenDevice;
  readonly #openSocket: OpenSocket | undefined;
  readonly #channel: Channel;
  readonly #open = new Map<string, SharedDocument>();
  /** documents whose rows are being read */
  readonly #opening = new Map<string, Promise<SharedDocument>>();
  readonly #stop: () => void;
  readonly #ending = new AbortController();
  #owner: string | undefined;
  #success: number | undefined;
  /** the last exchange of the device failed */
  #away = false;
  /** exchanges of the device under way that documents asked for */
  #asks = 0;
  #sending: Promise<void> | undefined;
  /** by the clock that never jumps: the server asked to be left alone until then */
  #notBefore = 0;
  /** what nobody has open and the server did not take: how often in a row, and until when it rests */
  readonly #resting = new Map<string, { readonly failures: number; readonly until: number }>();
  #closed = false;

  private constructor(device: DocumentsDevice) {
    const runtime = runtimeOf(device);
    this.#device = device;
    this.#asking = { ...device, hb: { sync: (options) => this.#ask(options) } };
    this.#openSocket = device.socket === false ? undefined : (device.socket ?? platformSocket());
    this.#channel = runtime.openChannel(`healthbridge-documents:${device.url}`, (name) => {
      if (typeof name === "string")
        void this.#open
          .get(name)
          ?.readStore()
          .catch(() => undefined); // read again when it is opened
    });
    this.#stop = device.hb.status.subscribe(({ account, lastSuccess, lastProblem }) => {
      this.#changed(account?.id, lastSuccess, lastProblem !== undefined);
    });
  }

  /** Opens documents over an open device. What was written earlier and is not at the server yet is sent as soon as there is a network. */
  static open(device: DocumentsDevice): Promise<Documents> {
    return Promise.resolve(new Documents(device));
  }

  /**
   * Opens a document; without a network with what this device has of it. The same one again is the same object.
   * @throws HealthBridgeError `not_signed_in`, `closed`, `malformed` (no conversation's id), `store_closed`, `store_blocked`, `store_failed`
   */
  async open(address: DocumentAddress): Promise<SharedDocument> {
    const owner = this.#owner;
    if (this.#closed) throw new HealthBridgeError("closed");
    if (owner === undefined) throw new HealthBridgeError("not_signed_in");
    const name = documentName(address);
    if (parseDocumentName(name) === undefined)
      throw new HealthBridgeError("malformed", { path: "conversation" });
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const opening = this.#opening.get(name) ?? this.#begin(address, owner);
    this.#opening.set(name, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(name);
    }
  }

  /**
   * The documents in which something waits that was written here and is not at the server yet.
   * @throws HealthBridgeError `store_closed`, `store_blocked`, `store_failed`
   */
  async waiting(): Promise<readonly DocumentAddress[]> {
    const owner = this.#owner;
    if (owner === undefined) return [];
    const rows = await this.#device.store
      .transaction("read", (tx) => tx.list("document", { prefix: minePrefix(owner) }))
      .catch((error: unknown) => {
        throw asOurs(error);
      });
    return [...new Set(rows.map(([key]) => nameOfKey(key)))].flatMap((name) => parseDocumentName(name) ?? []);
  }

  /** Ends all documents here. What is under way with the server has a moment to come to its end; what waits is in the store and goes on waiting. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stop();
    this.#channel.close();
    const over = new AbortController();
    const late = (): void => this.#ending.abort(new HealthBridgeError("closed"));
    void runtimeOf(this.#device)
      .sleep(CLOSE_MS, over.signal)
      .then(late, () => undefined); // it was over before
    await Promise.all([...this.#open.values()].map((document) => document.close()));
    await this.#sending;
    over.abort();
  }

  async #begin(address: DocumentAddress, owner: string): Promise<SharedDocument> {
    const document = this.#make(address, owner);
    await document.readStore().catch((error: unknown) => {
      throw asOurs(error);
    });
    // Somebody else may be here by now.
    if (this.#closed || owner !== this.#owner) throw new HealthBridgeError("closed");
    this.#open.set(documentName(address), document);
    void document.live();
    return document;
  }

  #make(address: DocumentAddress, owner: string): SharedDocument {
    const name = documentName(address);
    const { store, hb } = this.#device;
    const runtime = runtimeOf(this.#device);
    // Until the server has said what she may: the notes are the doctor's.
    const mayWrite = address.kind === "intake" || hb.status.get().account?.role === "doctor";
    const document: SharedDocument = new SharedDocument(address, mayWrite, {
      device: this.#asking,
      runtime,
      openSocket: this.#openSocket,
      rows: new KeptRows(store, { owner, name }, toBase64(runtime.randomBytes(KEY_BYTES))),
      onKept: () => {
        if (!this.#closed) this.#channel.post(name);
      },
      onClosed: () => {
        if (this.#open.get(name) === document) this.#open.delete(name);
      },
      signal: this.#ending.signal,
    });
    return document;
  }

  /** That one document was answered does not wake the others, or two would wake each other for ever; that the line is back does. */
  async #ask(options?: SyncOptions): Promise<SyncReport> {
    this.#asks += 1;
    try {
      return await this.#device.hb.sync(options);
    } finally {
      this.#asks -= 1;
    }
  }

  #changed(account: string | undefined, success: number | undefined, away: boolean): void {
    if (account !== this.#owner)
      for (const document of this.#open.values()) void document.seal().catch(() => undefined); // a store that fails keeps it sealed by its key
    const news = account !== undefined && (account !== this.#owner || success !== this.#success);
    const back = account !== this.#owner || (this.#away && !away);
    const wakes = back || this.#asks === 0;
    if (back) this.#resting.clear();
    this.#away = away;
    this.#owner = account;
    this.#success = success;
    if (!news || success === undefined) return;
    if (wakes) for (const document of this.#open.values()) document.wake();
    this.#sending ??= this.#sendWaiting().finally(() => {
      this.#sending = undefined;
    });
  }

  /** Sends what waits in documents that nobody has open. */
  async #sendWaiting(): Promise<void> {
    const owner = this.#owner;
    const runtime = runtimeOf(this.#device);
    for (const address of await this.waiting().catch(() => [])) {
      if (this.#ending.signal.aborted || owner === undefined || owner !== this.#owner) continue;
      const name = documentName(address);
      const open = this.#open.get(name);
      if (open !== undefined) {
        // Another tab has written it, and may have been closed before it could say so.
        await open.readStore().catch(() => undefined); // read again the next time
        continue;
      }
      const { failures, until } = this.#resting.get(name) ?? { failures: 0, until: 0 };
      if (runtime.monotonic() < Math.max(this.#notBefore, until)) continue;
      const document = this.#make(address, owner);
      try {
        await document.readStore();
        await document.sync();
        this.#resting.delete(name);
      } catch (error) {
        // It goes on waiting: an exchange that succeeds asks again, less and less often, for all of it is sent each time.
        const now = runtime.monotonic();
        this.#notBefore = now + askedFor(error);
        this.#resting.set(name, { failures: failures + 1, until: now + restAfter(failures + 1) });
      } finally {
        // Whose it is may have left meanwhile, and with her what was read.
        await (owner === this.#owner ? document.close() : document.seal());
      }
    }
  }
}

function asOurs(error: unknown): HealthBridgeError {
  if (error instanceof HealthBridgeError) return error;
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "store_failed";
  return new HealthBridgeError(code, { cause: error });
}
