/**
 * Passkeys that keep a secret: what a vault needs of WebAuthn and its extension `prf`. A port: `platformPasskeys()` is the browser's own.
 */
export interface Passkeys {
  /**
   * Makes a passkey on this device; the person agrees to it.
   * @param options `label`: what the person sees it called; `salt`: 32 bytes
   * @returns which one it is, and the 32 bytes of secret that it makes of the salt, the same each time
   * @throws HealthBridgeError `passkey_unavailable`, `passkey_refused`
   */
  create(options: {
    readonly label: string;
    readonly salt: Uint8Array<ArrayBuffer>;
  }): Promise<{ readonly credential: string; readonly secret: Uint8Array<ArrayBuffer> }>;
  /**
   * The secret that one makes of the salt; the person agrees to it.
   * @throws HealthBridgeError `passkey_unavailable`, `passkey_refused`
   */
  secretOf(options: {
    readonly credential: string;
    readonly salt: Uint8Array<ArrayBuffer>;
  }): Promise<Uint8Array<ArrayBuffer>>;
}
