import { EntityId } from "@healthbridge/schema";
import type { AccessTokens } from "../../../server/src/accounts/access-token.ts";
import type { PasswordHasher } from "../../../server/src/accounts/password-hash.ts";
import type { SignInThrottle } from "../../../server/src/accounts/sign-in-throttle.ts";
import type { Clock } from "../../../server/src/adapters/clock.ts";

/**
 * Stand-ins for what the real server computes outside of JavaScript's own thread (argon2, WebCrypto): when those come back is up to the machine, and a
 * simulation in which the machine decides anything cannot be repeated. Their own tests are in server/test/accounts.
 */
export const plainPasswords: PasswordHasher = {
  hash: (password) => Promise.resolve(`plain ${password}`),
  verify: (password, hash) => Promise.resolve(hash === `plain ${password}`),
};

/** Signing in is tried as often as a simulated line breaks it. */
export const noThrottle: SignInThrottle = {
  attempt: () => Promise.resolve(),
  succeeded: () => Promise.resolve(),
};

/** As the server's own: two machines may disagree by so much. */
const LEEWAY_SECONDS = 30;

/** Tokens that say what the real ones say, without a signature. The adversary of the simulation cannot write them either: it knows no account's id but its own. */
export function plainTokens(seconds: number, clock: Clock): AccessTokens {
  const now = (): number => Math.floor(clock.now() / 1_000);
  return {
    lifetime: seconds,
    issue: ({ account, device }) => `${account}~${device}~${now() + seconds}`,
    check(token) {
      const [account, device, expires] = token.split("~");
      const claims = { account: EntityId.safeParse(account), device: EntityId.safeParse(device) };
      if (!claims.account.success || !claims.device.success) return Promise.resolve({ status: "invalid" });
      if (now() >= Number(expires) + LEEWAY_SECONDS) return Promise.resolve({ status: "expired" });
      return Promise.resolve({
        status: "valid",
        claims: { account: claims.account.data, device: claims.device.data },
      });
    },
  };
}
