/** What the browser tests of vaults load into a page. */
import { indexedDbStore, type Store } from "@healthbridge/client-sdk";
import { storeConformance } from "@healthbridge/client-sdk/testing";
import { listVaults, openVault, type Vault } from "@healthbridge/client-sdk/vault";

const pin = "482913";
const scenarios = new Map<string, () => Promise<void>>();
let conforming: Promise<Vault> | undefined;

async function openConforming(): Promise<Vault> {
  const vault = await openVault({ name: "conformance" });
  await vault.create({ pin });
  return vault;
}

storeConformance(
  {
    name: "sealed IndexedDB store in Chromium",
    async open(place) {
      conforming ??= openConforming();
      return (await conforming).seal(indexedDbStore({ name: place }));
    },
  },
  {
    describe: (_, body) => body(),
    test: (statement, body) => void scenarios.set(statement, body),
    expect: (actual) => ({
      toEqual(expected) {
        const [left, right] = [text(actual), text(expected)];
        if (left !== right) throw new Error(`Expected ${right}, got ${left}`);
      },
    }),
  },
);

/** Objects in one order of keys, and `undefined` as something of its own. */
function text(value: unknown): string {
  const ordered = (_: string, part: unknown): unknown => {
    if (part === undefined) return "<undefined>";
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  };
  return JSON.stringify(value, ordered);
}

/** Runs one scenario; answers with what failed, if anything did. */
export async function run(statement: string): Promise<string | undefined> {
  try {
    await scenarios.get(statement)?.();
    return scenarios.has(statement) ? undefined : "there is no such scenario";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Writes words into a plain and into a sealed database; resolves when both are durable. */
export async function keepWords(plain: string, sealed: string): Promise<void> {
  const vault = await openVault({ name: "killed" });
  await vault.create({ pin });
  const write = (store: Store, word: string): Promise<void> =>
    store.transaction("write", async (tx) => {
      await tx.put("entity", `patient:${word}`, { name: word });
      await tx.put("meta", `ref:account:${word}`, { id: word });
    });
  await write(indexedDbStore({ name: "plain" }), plain);
  await write(vault.seal(indexedDbStore({ name: "sealed" })), sealed);
}

/** What a sealed database holds after the browser was killed. */
export async function wordsAgain(): Promise<unknown> {
  const vault = await openVault({ name: "killed" });
  const before = vault.state.get().state;
  await vault.unlock({ pin });
  const rows = await vault
    .seal(indexedDbStore({ name: "sealed" }))
    .transaction("read", async (tx) => [await tx.list("entity"), await tx.list("meta")]);
  return { before, rows };
}

/** Adds a passkey, locks, and opens with it, in this page and in the next. */
export async function passkey(): Promise<unknown> {
  const vault = await openVault({ name: "finger" });
  await vault.create({ pin });
  const store = vault.seal(indexedDbStore({ name: "finger" }));
  await store.transaction("write", (tx) => tx.put("meta", "a", 1));
  await vault.addPasskey();
  vault.lock();
  const again = await openVault({ name: "finger" });
  await again.unlockWithPasskey();
  const read = await again
    .seal(indexedDbStore({ name: "finger" }))
    .transaction("read", (tx) => tx.get("meta", "a"));
  return { read, listed: (await listVaults()).find(({ name }) => name === "finger") };
}

/** The code with which adding a passkey is refused. */
export async function refusedPasskey(): Promise<unknown> {
  const vault = await openVault({ name: "no finger" });
  await vault.create({ pin });
  try {
    await vault.addPasskey();
    return "added";
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

/** Milliseconds for so many rows of 300 bytes in one transaction, written and read, plain and sealed; and for one unlocking. */
export async function cost(rows: number): Promise<Record<string, number>> {
  const vault = await openVault({ name: "cost" });
  await vault.create({ pin });
  const value = { text: "x".repeat(280) };
  const taken: Record<string, number> = {};
  const time = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    const begun = performance.now();
    await work();
    taken[what] = performance.now() - begun;
  };
  const stores = {
    plain: indexedDbStore({ name: "cost-plain" }),
    sealed: vault.seal(indexedDbStore({ name: "cost-sealed" })),
  };
  for (const [name, store] of Object.entries(stores)) {
    const write = (): Promise<unknown> =>
      store.transaction("write", (tx) =>
        Promise.all(Array.from({ length: rows }, (_, at) => tx.put("entity", `message:${at}`, value))),
      );
    await store.transaction("write", (tx) => tx.put("meta", "a", 1));
    await time(`${name} write`, write);
    await time(`${name} write again`, write);
    await time(`${name} one row`, () => store.transaction("write", (tx) => tx.put("meta", "a", 2)));
    await time(`${name} read`, () => store.transaction("read", (tx) => tx.list("entity")));
  }
  vault.lock();
  await time("unlock", () => vault.unlock({ pin }));
  await time("first look", () => stores.sealed.transaction("read", (tx) => tx.get("meta", "a")));
  return taken;
}
