import {
  ATTACHMENT_LIMITS,
  AttachmentMetadata,
  encodeBase64Url,
  type EntityId,
  inputProblem,
  isProblemCode,
} from "@healthbridge/schema";
import { DataStore, Upload } from "@tus/utils";
import { createHash } from "node:crypto";
import type { Authenticated } from "../accounts/authenticated.ts";
import { HttpProblem, httpProblem } from "../http/problem.ts";
import type { ConversationAccess } from "./conversation-access.ts";
import { type ArrivalParts, checkArrival } from "./arrival.ts";
import { type AttachmentRow, type NewAttachment, wholeSize } from "./attachment-rows.ts";
import { removeAttachment } from "./remove-attachment.ts";

export interface UploadParts extends ArrivalParts {
  readonly access: ConversationAccess;
}

/** What of a request is kept at once: so much is lost at most when this process dies in the middle of it. */
const PART_BYTES = 65_536;
/** Bytes of a seal's digest that make an id's stream. */
const SEAL_BYTES = 12;

/** The uploads of one account, as the tus library knows a store. Only she who began an upload goes on with it, on whatever device. */
export class ArrivingUploads extends DataStore {
  readonly #parts: UploadParts;
  readonly #who: Authenticated;
  /** as this request saw it last */
  #row: AttachmentRow | undefined;

  constructor(parts: UploadParts, who: Authenticated) {
    super();
    this.#parts = parts;
    this.#who = who;
    this.extensions = ["creation", "creation-with-upload", "termination"];
  }

  override async create(upload: Upload): Promise<Upload> {
    const { rows, access, events } = this.#parts;
    const wanted = this.#wanted(upload);
    const may = await access.of(this.#who, wanted.conversationId);
    if (may !== "write")
      throw httpProblem(may === "read" ? "forbidden" : "not_found", "upload-metadata.conversation");
    const row = await rows.begin(wanted);
    this.#row = row;
    if (row.received === 0) events.onAttachment({ kind: row.kind, what: "begun" });
    return upload;
  }

  override async write(stream: AsyncIterable<unknown>, id: string, offset: number): Promise<number> {
    let at = offset;
    let row = this.#row ?? (await this.own(id));
    let waiting: Uint8Array[] = [];
    let bytes = 0;
    const keep = async (): Promise<void> => {
      if (bytes === 0) return;
      const content = Buffer.concat(waiting);
      [waiting, bytes] = [[], 0];
      row = await this.#parts.rows.append(id, at, content);
      at = row.received;
      this.#parts.events.onBytes("in", content.length);
    };
    try {
      for await (const piece of stream) {
        if (!(piece instanceof Uint8Array)) continue;
        waiting.push(piece);
        bytes += piece.length;
        if (bytes < PART_BYTES) continue;
        await keep();
        row = await this.#checked(row);
      }
    } finally {
      // A line that broke: what has come is kept, and she goes on from there.
      await keep();
    }
    await this.#checked(row);
    return at;
  }

  override async getUpload(id: string): Promise<Upload> {
    const row = await this.#checked(await this.own(id));
    this.#row = row;
    const { conversationId: conversation, kind, type, thumbnailSize } = row;
    const thumbnail = thumbnailSize === 0 ? {} : { thumbnail: String(thumbnailSize) };
    const metadata = { conversation, kind, type, ...thumbnail };
    return new Upload({ id, size: wholeSize(row), offset: row.received, metadata });
  }

  override async remove(id: string): Promise<void> {
    const row = await this.own(id);
    if (row.status === "ready" || !(await removeAttachment(this.#parts, row))) throw httpProblem("conflict");
  }

  /**
   * An upload of hers.
   *
   * @throws HttpProblem `not_found` for everybody else's, as for none
   */
  async own(id: EntityId): Promise<AttachmentRow> {
    const row = await this.#parts.rows.find(id);
    const hers = row?.accountId === this.#who.account && row.tenantId === this.#who.tenant;
    if (row === undefined || !hers) throw httpProblem("not_found");
    return row;
  }

  /** @throws HttpProblem `not_found` where she may write in its conversation no longer */
  async mayGoOn(id: EntityId): Promise<void> {
    const { conversationId } = await this.own(id);
    if ((await this.#parts.access.of(this.#who, conversationId)) !== "write") throw httpProblem("not_found");
  }

  /** @throws HttpProblem with what it was refused for, as often as she asks */
  async #checked(row: AttachmentRow): Promise<AttachmentRow> {
    const now = await checkArrival(this.#parts, row);
    if (now.status !== "refused") return now;
    const { why } = now;
    throw httpProblem(why !== null && isProblemCode(why) ? why : "attachment_unfit");
  }

  #wanted({ id, size = 0, metadata = {} }: Upload): NewAttachment {
    const { conversation, kind, type, seal, thumbnail = "0", digest } = metadataOf(metadata);
    if (!sealOpens(seal, id)) throw httpProblem("malformed", "upload-metadata.seal");
    const thumbnailSize = Number(thumbnail);
    const rest = size - thumbnailSize;
    if (rest < 1) throw httpProblem("malformed", "upload-length");
    const most = kind === "photo" ? ATTACHMENT_LIMITS.photoBytes : ATTACHMENT_LIMITS.voiceBytes;
    if (rest > most) throw httpProblem("too_large", "upload-length");
    if (kind === "voice" && thumbnailSize > 0) throw httpProblem("malformed", "upload-metadata.thumbnail");
    return {
      id,
      tenantId: this.#who.tenant,
      accountId: this.#who.account,
      conversationId: conversation,
      kind,
      type,
      size: rest,
      thumbnailSize,
      digest: digest ?? null,
    };
  }
}

/** What an upload says of itself. */
export function metadataOf(metadata: Readonly<Record<string, string | null>>): AttachmentMetadata {
  const parsed = AttachmentMetadata.safeParse(metadata);
  if (parsed.success) return parsed.data;
  throw new HttpProblem(inputProblem(parsed.error.issues, "upload-metadata"));
}

/** Whether an id is the one that belongs to a seal. */
function sealOpens(seal: string, id: EntityId): boolean {
  const digest = createHash("sha256").update(Buffer.from(seal, "base64url")).digest();
  return id === `${encodeBase64Url(digest.subarray(0, SEAL_BYTES))}.1`;
}
