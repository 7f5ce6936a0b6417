/** A stretch of bytes, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The storage could not do it now: it is away, busy or full, or will not have us. To ask again later may help. */
export class StorageError extends Error {
  override readonly name = "StorageError";
}

/** Where whole files are kept: a folder, or a service that speaks S3. */
export interface AttachmentStorage {
  /** Keeps a file; durable when it resolves. The same once more is harmless. */
  put(key: string, content: Uint8Array): Promise<void>;
  /** A file's bytes as they come, or a stretch of them; `undefined` where there is no such file. */
  read(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Removes a file; one that is not there is no fault. */
  remove(key: string): Promise<void>;
}

/** What the keys of an attachment's files are made of. */
interface Stored {
  readonly tenantId: string;
  readonly id: string;
}

/** The key of the file itself. Ids are letters, digits, `-`, `_` and one dot; tenants small letters, digits and `-`: nothing in a key leads out of a folder. */
export function fileKey({ tenantId, id }: Stored): string {
  return `${tenantId}/${id.slice(0, 2)}/${id}`;
}

/** The key of its thumbnail. */
export function thumbnailKey(of: Stored): string {
  return `${fileKey(of)}.thumbnail`;
}
