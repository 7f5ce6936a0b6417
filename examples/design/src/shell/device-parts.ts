import type { HealthBridge, Store, StoreTable } from "@healthbridge/client-sdk";
import { countUnsent, listVaults, openVault, type Vault } from "@healthbridge/client-sdk/vault";
import { BESIDE } from "./beside.ts";
import type { EntranceParts } from "./entrance-parts.ts";
import type { Person, Safe } from "./safe.ts";
import { unsentChanges } from "./unsent-changes.ts";

/** Opens a device on somebody's store, at the server's address. */
export type OpenDevice = (url: string, store: Store) => Promise<HealthBridge>;

/** How the way in reaches the device. */
export type DeviceParts = Pick<
  EntranceParts<unknown>,
  "people" | "safe" | "newPerson" | "openDevice" | "memory" | "carry" | "endMessages"
>;

/**
 * The device as it is: a vault and a store for each person, both under a random name that says nothing of her. Vaults of all apps lie beside each other; the app's name is the first
 * part of theirs.
 */
export function deviceParts(app: string, open: OpenDevice = openDevice): DeviceParts {
  const first = `${app}.`;
  return {
    async people() {
      // Said before anybody has typed a password, not after.
      if (!isSecureContext) throw Object.assign(new Error("no https"), { code: "vault_unavailable" });
      const all = await listVaults();
      const people = all.filter(({ name }) => name.startsWith(first));
      // Ahead of time. Whoever is new here, and perhaps only looks, is sent it once she begins to type.
      if (people.length > 0) fetchSdk();
      else addEventListener("input", fetchSdk, { once: true });
      return people.map(({ name, label = "", waiting }) => ({ name, label, waiting }));
    },
    newPerson: (label) => ({ name: first + crypto.randomUUID(), label }),
    safe: async (person) => safeOf(person, await openVault({ name: person.name })),
    endMessages: async ({ id }) => (await import("./web-inside.ts")).dropPush({ account: id }),
    openDevice: (store) => open(location.origin, store),
    async memory() {
      const { memoryDisk, memoryStore } = await sdk();
      const disk = memoryDisk();
      return () => memoryStore(disk);
    },
    async carry(from, to) {
      const { STORE_TABLES } = await sdk();
      const rows = await from.transaction("read", async (tx) => {
        const found: Array<readonly [StoreTable, string, unknown]> = [];
        for (const table of STORE_TABLES)
          for (const [key, value] of await tx.list(table)) found.push([table, key, value]);
        return found;
      });
      await to.transaction("write", async (tx) => {
        for (const [table, key, value] of rows) await tx.put(table, key, value);
      });
    },
  };
}

async function safeOf({ name, label }: Person, vault: Vault): Promise<Safe> {
  const [{ indexedDbStore }, { tellingStore, forgetStore }] = await Promise.all([
    sdk(),
    import("./web-inside.ts"),
  ]);
  const kept = tellingStore(indexedDbStore({ name }));
  const changes = unsentChanges(name);
  return {
    state: vault.state,
    room: kept.room,
    store: changes.watch(vault.seal(kept)),
    beside: (part) => {
      const store = indexedDbStore({ name: databaseOf(name, part) });
      return changes.watch(vault.seal(store, { as: part, counted: false }));
    },
    create: (pin) => vault.create({ pin, label }),
    unlock: (pin) => vault.unlock({ pin }),
    unlockWithPasskey: () => vault.unlockWithPasskey(),
    addPasskey: () => vault.addPasskey(),
    changePin: (pin, newPin) => vault.changePin({ pin, newPin }),
    touch: () => vault.touch(),
    lock: () => vault.lock(),
    async unsent() {
      let count = 0;
      for (const part of await partsOf(name)) count += await unsentIn(vault, name, part);
      return count;
    },
    changes: changes.count,
    noteWaiting: (waiting) => vault.describe({ waiting }),
    async wipe() {
      await vault.wipe();
      forgetStore(name); // deleted on purpose: nobody is to be told that it is gone
      await deleteDatabases(name);
    },
    close() {
      changes.close();
      return vault.close();
    },
  };
}

/** In her store, or one of those beside it, though nobody has opened that today. */
async function unsentIn(vault: Vault, name: string, part: string | undefined): Promise<number> {
  const { indexedDbStore } = await sdk();
  const database = indexedDbStore({ name: databaseOf(name, part) });
  const store = vault.seal(database, { ...(part !== undefined && { as: part }), counted: false });
  try {
    const { operations, documents, files } = await countUnsent(store);
    return operations + documents + files;
  } finally {
    await store.close();
  }
}

/** Without its key nobody can read any of it: this gives the room back. */
async function deleteDatabases(name: string): Promise<void> {
  for (const part of await partsOf(name)) indexedDB.deleteDatabase(databaseOf(name, part));
}

/** The parts of what is kept under a name; `undefined`: the store of the device itself. */
async function partsOf(name: string): Promise<ReadonlyArray<string | undefined>> {
  // Firefox before 126 and some web views do not say what there is: then it may be all that apps have. What was not there holds nothing.
  if (typeof indexedDB.databases !== "function") return [undefined, ...BESIDE];
  const found = await indexedDB.databases();
  return found.flatMap(({ name: each }) => {
    if (each === name) return [undefined];
    return each?.startsWith(`${name}.`) === true ? [each.slice(name.length + 1)] : [];
  });
}

function databaseOf(name: string, part: string | undefined): string {
  return part === undefined ? name : `${name}.${part}`;
}

async function openDevice(url: string, store: Store): Promise<HealthBridge> {
  const { HealthBridge: Device } = await sdk();
  return Device.open({ url, store });
}

/** The largest part of an app. */
function sdk() {
  return import("@healthbridge/client-sdk");
}

function fetchSdk(): void {
  void sdk().catch(() => undefined); // who needs it hears of it
}
