/** Below this many characters gzip costs more than it saves. */
const WORTH_PACKING = 150;

/** Whether packed frames can be read here. */
export function canUnpack(): boolean {
  return typeof DecompressionStream !== "undefined";
}

/** A frame as it is sent: packed where that is worth it. */
export async function packed(text: string): Promise<string | Uint8Array<ArrayBuffer>> {
  if (text.length < WORTH_PACKING || typeof CompressionStream === "undefined") return text;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The text of what is packed. */
export function unpacked(bytes: BufferSource): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}
