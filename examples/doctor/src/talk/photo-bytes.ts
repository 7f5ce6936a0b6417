/** So many bytes at once are made into arguments of one call. */
const STEP = 8_192;

/** A photo as a store can hold it: nothing but JSON. */
export interface KeptPhoto {
  readonly type: string;
  /** its bytes as base64 */
  readonly data: string;
}

export async function keptPhoto(photo: Blob): Promise<KeptPhoto> {
  const bytes = new Uint8Array(await photo.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += STEP)
    text += String.fromCharCode(...bytes.subarray(at, at + STEP));
  return { type: photo.type, data: btoa(text) };
}

/** The photo again; `undefined` where the row is none. */
export function photoIn(row: unknown): Blob | undefined {
  if (!isKeptPhoto(row)) return undefined;
  const letters = atob(row.data);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return new Blob([bytes], { type: row.type });
}

function isKeptPhoto(row: unknown): row is KeptPhoto {
  return (
    typeof row === "object" &&
    row !== null &&
    "type" in row &&
    typeof row.type === "string" &&
    "data" in row &&
    typeof row.data === "string"
  );
}
