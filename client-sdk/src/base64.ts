/** So many bytes at once are made into arguments of one call. */
const STEP = 8_192;

/** Bytes as base64: a store holds JSON alone. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += STEP)
    text += String.fromCharCode(...bytes.subarray(at, at + STEP));
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const bytes = atob(text);
  const made = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) made[at] = bytes.charCodeAt(at);
  return made;
}
