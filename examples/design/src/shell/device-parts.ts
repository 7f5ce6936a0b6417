import type { EntranceParts, Person, Safe, SafeState } from "./entrance.ts";
import { Shown } from "./shown.ts";

/** How the way in reaches the device. */
export type DeviceParts = Pick<EntranceParts<unknown>, "people" | "safe" | "newPerson" | "openDevice">;

/** The device, until the vault of the SDK is here: nothing is locked, any PIN opens. */
export function deviceParts(app: string): DeviceParts {
  const key = `healthbridge.${app}.people`;
  const people = (): readonly Person[] =>
    (localStorage.getItem(key) ?? "").split("\n").flatMap((line) => {
      const [name, label] = line.split("\t");
      return name !== undefined && label !== undefined ? [{ name, label }] : [];
    });
  const keep = (all: readonly Person[]): void =>
    localStorage.setItem(key, all.map(({ name, label }) => `${name}\t${label}`).join("\n"));
  return {
    people: () => Promise.resolve(people()),
    newPerson: (label) => ({ name: `${app}.${crypto.randomUUID()}`, label }),
    async safe(person): Promise<Safe> {
      const { indexedDbStore } = await import("@healthbridge/client-sdk");
      const state = new Shown<SafeState>({ state: "locked", passkey: false });
      const set = (to: SafeState["state"]): void => state.set({ state: to, passkey: false });
      return {
        state,
        room: new Shown<"ok" | "full">("ok"),
        store: indexedDbStore({ name: person.name }),
        async create() {
          keep([...people(), person]);
          set("open");
        },
        async unlock() {
          set("open");
        },
        async unlockWithPasskey() {
          set("open");
        },
        addPasskey: () => Promise.resolve(),
        changePin: () => Promise.resolve(),
        touch: () => undefined,
        lock: () => set("locked"),
        noteWaiting: () => Promise.resolve(),
        async wipe() {
          keep(people().filter(({ name }) => name !== person.name));
          indexedDB.deleteDatabase(person.name);
        },
        close: () => Promise.resolve(),
      };
    },
    async openDevice(store) {
      const { HealthBridge } = await import("@healthbridge/client-sdk");
      return HealthBridge.open({ url: location.origin, store });
    },
  };
}
