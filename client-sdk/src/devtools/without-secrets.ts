/** Names of fields whose values nobody needs to see, on a screen or in a file that is sent to somebody. */
const SECRET_NAMES =
  /token|password|passphrase|secret|nonce|authorization|cookie|credential|^(auth|p256dh|pin|endpoint)$/i;

/** A signed token, wherever it stands: three parts of base64url, the first of which begins as JSON's `{"` does. */
const SIGNED_TOKEN = /eyJ[\w-]{5,}\.[\w-]+\.[\w-]+/g;

const HIDDEN = "(hidden)";

/** A copy of plain data in which whatever could be used to sign in is hidden. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(SIGNED_TOKEN, HIDDEN);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      SECRET_NAMES.test(name) && each !== undefined ? HIDDEN : withoutSecrets(each),
    ]),
  );
}
