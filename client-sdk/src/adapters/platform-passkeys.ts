import { fromBase64, toBase64 } from "../base64.ts";
import { HealthBridgeError } from "../errors.ts";
import type { Passkeys } from "../vault/passkeys.ts";

const CHALLENGE_BYTES = 32;
const USER_BYTES = 16;
/** ES256 and RS256: what every authenticator has one of. */
const ALGORITHMS = [-7, -257];
const TIMEOUT_MS = 120_000;

/** The browser's passkeys. Nobody but this device checks them, so challenge and user are drawn and forgotten: what counts is the secret. */
export function platformPasskeys(): Passkeys {
  return {
    async create({ label, salt }) {
      const made = await asked((container) =>
        container.create({
          publicKey: {
            challenge: random(CHALLENGE_BYTES),
            rp: { name: "HealthBridge" },
            user: { id: random(USER_BYTES), name: label, displayName: label },
            pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
            authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
            timeout: TIMEOUT_MS,
            extensions: { prf: { eval: { first: salt } } },
          },
        }),
      );
      if (made.getClientExtensionResults().prf?.enabled !== true) throw unavailable();
      const credential = toBase64(new Uint8Array(made.rawId));
      // Many authenticators tell the secret only when they are asked the second time.
      return { credential, secret: secretIn(made) ?? (await secretOf(credential, salt)) };
    },
    secretOf: ({ credential, salt }) => secretOf(credential, salt),
  };
}

async function secretOf(credential: string, salt: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const given = await asked((container) =>
    container.get({
      publicKey: {
        challenge: random(CHALLENGE_BYTES),
        allowCredentials: [{ type: "public-key", id: fromBase64(credential) }],
        userVerification: "required",
        timeout: TIMEOUT_MS,
        extensions: { prf: { eval: { first: salt } } },
      },
    }),
  );
  const secret = secretIn(given);
  if (secret === undefined) throw unavailable();
  return secret;
}

function secretIn(credential: PublicKeyCredential): Uint8Array<ArrayBuffer> | undefined {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  if (first === undefined) return undefined;
  return first instanceof ArrayBuffer
    ? new Uint8Array(first)
    : new Uint8Array(new Uint8Array(first.buffer, first.byteOffset, first.byteLength));
}

async function asked(
  ask: (container: CredentialsContainer) => Promise<Credential | null>,
): Promise<PublicKeyCredential> {
  const container = globalThis.navigator?.credentials;
  if (container === undefined || typeof PublicKeyCredential === "undefined") throw unavailable();
  let credential: Credential | null;
  try {
    credential = await ask(container);
  } catch (cause) {
    const isUnable = cause instanceof Error && /^(NotSupported|Security)Error$/.test(cause.name);
    throw new HealthBridgeError(isUnable ? "passkey_unavailable" : "passkey_refused", { cause });
  }
  if (credential instanceof PublicKeyCredential) return credential;
  throw new HealthBridgeError("passkey_refused");
}

function random(count: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(count));
}

function unavailable(): HealthBridgeError {
  return new HealthBridgeError("passkey_unavailable");
}
