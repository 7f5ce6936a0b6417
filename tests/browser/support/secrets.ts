import type { BrowserContext, Page } from "playwright-core";
import { type Canary, key, text } from "./disk/canaries.ts";

declare global {
  /** In the page, in its memory alone: what went by that nobody may read on the disk. */
  var secretsThatWentBy: { readonly keys: Set<string>; readonly tokens: Set<string> } | undefined;
}

/** What a device is given and makes that nobody may read on its disk: the tokens of its sessions, and the keys of its encryption. */
export class Secrets {
  readonly #tokens = new Map<string, Canary>();
  readonly #keys = new Map<string, Canary>();

  /** Notes from now on, in every page of the browser. */
  async listen(context: BrowserContext): Promise<void> {
    await context.addInitScript(note);
  }

  /** Asks a page for what went by in it so far. */
  async ask(page: Page): Promise<void> {
    const { keys, tokens } = await page.evaluate(() => ({
      keys: [...(secretsThatWentBy?.keys ?? [])],
      tokens: [...(secretsThatWentBy?.tokens ?? [])],
    }));
    for (const hex of keys) this.#keys.set(hex, key(`key ${String(this.#keys.size + 1)}`, hex));
    for (const token of tokens)
      this.#tokens.set(token, text(`token ${String(this.#tokens.size + 1)}`, token));
  }

  get tokens(): readonly Canary[] {
    return [...this.#tokens.values()];
  }

  get keys(): readonly Canary[] {
    return [...this.#keys.values()];
  }
}

/** In the page, before its own scripts: notes each token that the server gives out, and whatever becomes a key of symmetric encryption. */
function note(): void {
  const noted = { keys: new Set<string>(), tokens: new Set<string>() };
  globalThis.secretsThatWentBy = noted;
  noteTokens();
  noteKeys();

  function noteTokens(): void {
    const fetchPlainly = globalThis.fetch;
    globalThis.fetch = async (...given) => {
      const answer = await fetchPlainly(...given);
      if (/\/v1\/sessions/.test(answer.url) && answer.ok && answer.status !== 204) {
        const session = (await answer.clone().json()) as { accessToken?: unknown; refreshToken?: unknown };
        for (const token of [session.accessToken, session.refreshToken])
          if (typeof token === "string") noted.tokens.add(token);
      }
      return answer;
    };
  }

  function noteKeys(): void {
    const { importKey, generateKey, unwrapKey, deriveKey, exportKey } = SubtleCrypto.prototype;
    const noteBytes = (bytes: ArrayBuffer | ArrayBufferView): void => {
      const raw = ArrayBuffer.isView(bytes)
        ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        : new Uint8Array(bytes);
      // Shorter ones are a PIN or a password on their way to become a key.
      if (raw.length >= 16)
        noted.keys.add(Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join(""));
    };
    /** Calls what the platform has; the key may be read, whatever the app said, so that it can be noted. */
    const noting =
      (call: (...given: never[]) => unknown, extractableAt: number) =>
      async (...given: unknown[]): Promise<unknown> => {
        const readable = given.with(extractableAt, true);
        const made: unknown = await Promise.resolve(Reflect.apply(call, crypto.subtle, readable)).catch(
          // Some kinds of keys can never be read.
          () => Reflect.apply(call, crypto.subtle, given),
        );
        if (made instanceof CryptoKey && made.type === "secret" && made.extractable)
          noteBytes((await Reflect.apply(exportKey, crypto.subtle, ["raw", made])) as ArrayBuffer);
        return made;
      };
    Object.assign(SubtleCrypto.prototype, {
      importKey(...given: Parameters<SubtleCrypto["importKey"]>) {
        const [format, bytes] = given;
        if (format === "raw" && (ArrayBuffer.isView(bytes) || bytes instanceof ArrayBuffer)) noteBytes(bytes);
        return Reflect.apply(importKey, crypto.subtle, given);
      },
      generateKey: noting(generateKey as never, 1),
      unwrapKey: noting(unwrapKey as never, 5),
      deriveKey: noting(deriveKey as never, 3),
    });
  }
}
