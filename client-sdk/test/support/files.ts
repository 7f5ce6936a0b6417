import { randomBytes } from "node:crypto";

/** A file that begins as a JPEG does; what follows is chance. */
export function jpeg(size: number): Blob {
  return blob(size, [0xff, 0xd8, 0xff, 0xe0, 0, 16]);
}

/** A file that begins as a voice note of Ogg does. */
export function ogg(size: number): Blob {
  const head = Buffer.concat([Buffer.from("OggS\0"), Buffer.alloc(23), Buffer.from("OpusHead")]);
  return blob(size, head);
}

export async function bytesOf(file: Blob | undefined): Promise<Buffer> {
  return Buffer.from(await (file ?? new Blob()).arrayBuffer());
}

function blob(size: number, head: Iterable<number>): Blob {
  const first = Buffer.from([...head]);
  return new Blob([first, new Uint8Array(randomBytes(size - first.length))]);
}
