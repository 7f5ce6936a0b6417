/**
 * The canonical text of a JSON value: keys sorted, no spaces, `undefined` left out.
 * Two values that mean the same have the same text (the idea of RFC 8785), so fingerprints can be compared.
 */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item ?? null)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const parts: string[] = [];
    for (const key of Object.keys(value).toSorted()) {
      const item: unknown = Reflect.get(value, key);
      if (item !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalText(item)}`);
    }
    return `{${parts.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const SUM_CHARACTERS = 5;

/**
 * A short sum (5 characters of base 36, FNV-1a) of a JSON value. Not a safeguard against attackers: a device sends the sum of what it
 * expects an operation to change, and the server spares it the answer when it came to the same.
 */
export function shortSum(value: unknown): string {
  return textSum(canonicalText(value));
}

/** The same sum of a text as it is. */
export function textSum(text: string): string {
  let hash = FNV_OFFSET;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME) >>> 0;
  }
  return hash.toString(36).padStart(7, "0").slice(-SUM_CHARACTERS);
}
