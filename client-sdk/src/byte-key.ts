const encoder = new TextEncoder();
const NONCE_BYTES = 12;
const AES = { name: "AES-GCM", length: 256 };

/** Rounds of PBKDF2-SHA-256, as OWASP's Password Storage Cheat Sheet asks for. Kept with whatever they were used for, so that they can grow. */
export const ROUNDS = 600_000;
/** Fewer are refused, and so are more than a phone can do in a minute: a file says how many it wants. */
export const ROUNDS_BETWEEN = { least: 100_000, most: 10_000_000 } as const;

/** How a key is made from a text. */
export interface Stretching {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly rounds: number;
}

/** A key that seals a data key, or a file: AES-256-GCM through WebCrypto, which can only be awaited. Rows have others (`vault/row-keys.ts`). */
export class ByteKey {
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  /** The key for a PIN or a passphrase. The same letters make the same key, however a keyboard composed them. */
  static async fromText(text: string, { salt, rounds }: Stretching): Promise<ByteKey> {
    const bytes = encoder.encode(text.normalize("NFKC"));
    const material = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveKey"]);
    const stretching = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
    return new ByteKey(
      await crypto.subtle.deriveKey(stretching, material, AES, false, ["encrypt", "decrypt"]),
    );
  }

  /** The key for a secret that is random already. */
  static async fromSecret(secret: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>): Promise<ByteKey> {
    const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
    const info = encoder.encode("healthbridge vault key 1");
    const deriving = { name: "HKDF", hash: "SHA-256", salt, info };
    return new ByteKey(await crypto.subtle.deriveKey(deriving, material, AES, false, ["encrypt", "decrypt"]));
  }

  /** Seals bytes. @param about what they are sealed for; not kept with them */
  async seal(
    bytes: Uint8Array<ArrayBuffer>,
    about: Uint8Array<ArrayBuffer>,
    random: { randomBytes(count: number): Uint8Array },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const iv = new Uint8Array(random.randomBytes(NONCE_BYTES));
    const sealed = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv, additionalData: about },
      this.#key,
      bytes,
    );
    const made = new Uint8Array(NONCE_BYTES + sealed.byteLength);
    made.set(iv);
    made.set(new Uint8Array(sealed), NONCE_BYTES);
    return made;
  }

  /** The bytes, or `undefined` where another key, or something else, was sealed. */
  async open(
    sealed: Uint8Array<ArrayBuffer>,
    about: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const iv = sealed.subarray(0, NONCE_BYTES);
    try {
      const opening = { name: "AES-GCM", iv, additionalData: about };
      return new Uint8Array(await crypto.subtle.decrypt(opening, this.#key, sealed.subarray(NONCE_BYTES)));
    } catch {
      return undefined;
    }
  }
}
