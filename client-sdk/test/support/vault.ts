import { memoryStore, type Store } from "../../src/index.ts";
import { openVault, type OpenVaultOptions, type Passkeys, type Vault } from "../../src/vault/index.ts";
import { FakeRuntime } from "./fake-runtime.ts";

export const pin = "482913";

/** A vault in memory with as few rounds as are allowed. */
export function vaultOn(options: Partial<OpenVaultOptions> = {}): Promise<Vault> {
  return openVault({
    name: "amina",
    keys: memoryStore(),
    runtime: new FakeRuntime(),
    rounds: 100_000,
    passkeys: fakePasskeys(),
    ...options,
  });
}

/** One that was created with `pin`, and is open. */
export async function openedVault(options: Partial<OpenVaultOptions> = {}): Promise<Vault> {
  const vault = await vaultOn(options);
  await vault.create({ pin, label: "Amina" });
  return vault;
}

/** An authenticator that makes a secret of a salt and a number of its own, as long as the person agrees. */
export function fakePasskeys(): Passkeys & { agrees: boolean; forget(): void } {
  let own = 7;
  const secret = (credential: string, salt: Uint8Array): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(salt, (byte, at) => (byte * 31 + at + own + credential.length) % 256);
  const agreed = (): void => {
    if (!passkeys.agrees) throw Object.assign(new Error("no"), { code: "passkey_refused" });
  };
  const passkeys = {
    agrees: true,
    forget: () => void (own += 1),
    create: async ({ salt }: { readonly salt: Uint8Array }) => {
      agreed();
      return { credential: "finger", secret: secret("finger", salt) };
    },
    secretOf: async ({ credential, salt }: { readonly credential: string; readonly salt: Uint8Array }) => {
      agreed();
      return secret(credential, salt);
    },
  };
  return passkeys;
}

/** Every row of a store as it is kept. */
export async function rowsOf(store: Store): Promise<ReadonlyArray<readonly [string, string, unknown]>> {
  const tables = ["meta", "outbox", "outcome", "entity", "feed", "document"] as const;
  return store.transaction("read", async (tx) => {
    const rows: Array<readonly [string, string, unknown]> = [];
    for (const table of tables)
      for (const [key, value] of await tx.list(table)) rows.push([table, key, value] as const);
    return rows;
  });
}
