import type { EntityId } from "@healthbridge/schema";
import type { Randomness } from "../adapters/randomness.ts";
import type { PasswordHasher } from "./password-hash.ts";
import type { OneByOne } from "./submit-one.ts";

export interface NewAdministrator {
  readonly account: EntityId;
  /** told once, kept nowhere */
  readonly password: string;
}

const PASSWORD_BYTES = 18;

/** Opens an administrator's account with a drawn password: the first of a new installation can come from nobody else. */
export async function openAdministrator(
  parts: {
    readonly operations: OneByOne;
    readonly passwords: PasswordHasher;
    readonly randomness: Randomness;
  },
  tenant: string,
  login: string,
): Promise<NewAdministrator> {
  const password = Buffer.from(parts.randomness.bytes(PASSWORD_BYTES)).toString("base64url");
  const account = await parts.operations.submit({
    submitter: { tenant, account: undefined, device: undefined, system: true },
    type: "account.register",
    input: { login, name: login, role: "administrator" },
    secrets: { passwordHash: await parts.passwords.hash(password) },
  });
  return { account, password };
}
