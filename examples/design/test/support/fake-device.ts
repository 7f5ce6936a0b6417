import {
  HealthBridge,
  HealthBridgeError,
  memoryDisk,
  memoryStore,
  platformRuntime,
} from "@healthbridge/client-sdk";
import { countUnsent } from "@healthbridge/client-sdk/vault";
import { FakeServer } from "@healthbridge/client-sdk/testing";
import { type DeviceParts, deviceParts } from "../../src/shell/device-parts.ts";
import type { Person, Safe, SafeState } from "../../src/shell/safe.ts";
import { Shown } from "../../src/shell/shown.ts";

export const PIN = "482915";
export const PASSWORD = "seven goats cross the river";

/** A device with safes in memory, and a server that can be out of reach. */
export function fakeDevice({ others = [] }: { readonly others?: readonly string[] } = {}) {
  const server = new FakeServer();
  const doctor = server.addDoctor();
  server.addAccount({ login: "amina", password: PASSWORD, role: "staff", clinics: [doctor.clinic] });
  server.addAccount({ login: "achieng", password: PASSWORD, role: "doctor", doctor: doctor.id });
  const kept = new Map<string, { person: Person; pin: string; disk: ReturnType<typeof memoryDisk> }>();
  const disks = new Map<string, ReturnType<typeof memoryDisk>>();
  const partOf = (person: Person, part: string): ReturnType<typeof memoryDisk> => {
    const key = `${person.name}.${part}`;
    const disk = disks.get(key) ?? memoryDisk();
    disks.set(key, disk);
    return disk;
  };
  for (const label of others)
    kept.set(label, { person: { name: label, label }, pin: PIN, disk: memoryDisk() });
  const world = {
    online: true,
    drawn: 0,
    /** no safe that is made from now on has room for anything */
    full: false,
    /** answers wait for this */
    answer: Promise.resolve(),
    /** what the server was asked for */
    asked: [] as string[],
  };
  const safeOf = (person: Person): Safe => {
    const known = kept.get(person.name);
    const disk = known?.disk ?? memoryDisk();
    const state = new Shown<SafeState>({ passkey: false, state: known === undefined ? "new" : "locked" });
    return {
      state,
      room: new Shown<"ok" | "full">("ok"),
      store: memoryStore(disk),
      beside: (part) => memoryStore(partOf(person, part)),
      changes: new Shown(0),
      async unsent() {
        const own = [...disks].flatMap(([key, each]) => (key.startsWith(`${person.name}.`) ? [each] : []));
        const counts = [disk, ...own].map((each) => countUnsent(memoryStore(each)));
        return (await Promise.all(counts)).reduce(
          (sum, { operations, documents, files }) => sum + operations + documents + files,
          0,
        );
      },
      async create(pin) {
        if (world.full) disk.capacity = 0;
        kept.set(person.name, { person, pin, disk });
        state.set({ state: "open", passkey: false });
      },
      async unlock(pin) {
        if (pin !== kept.get(person.name)?.pin) {
          state.set({ state: "locked", passkey: false, triesLeft: 4 });
          throw new HealthBridgeError("pin_wrong");
        }
        state.set({ state: "open", passkey: false });
      },
      unlockWithPasskey: () => Promise.reject(new HealthBridgeError("passkey_unavailable")),
      addPasskey: async () => undefined,
      changePin: async () => undefined,
      touch: () => undefined,
      lock: () => state.set({ state: "locked", passkey: false }),
      async noteWaiting(waiting) {
        const one = kept.get(person.name);
        if (one) kept.set(person.name, { ...one, person: { ...one.person, waiting } });
      },
      async wipe() {
        kept.delete(person.name);
      },
      close: async () => undefined,
    };
  };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (!world.online) throw new TypeError("no network");
    const request = new Request(input, init);
    world.asked.push(`${request.method} ${new URL(request.url).pathname}`);
    await world.answer;
    return server.fetch(request);
  };
  const safes: Safe[] = [];
  const quiet: string[] = [];
  const { memory, carry } = deviceParts("clinic");
  const parts: DeviceParts = {
    memory,
    carry,
    async endMessages({ login }) {
      quiet.push(login);
    },
    people: async () => [...kept.values()].map(({ person }) => person),
    async safe(person) {
      const safe = safeOf(person);
      safes.push(safe);
      return safe;
    },
    newPerson: (label) => ({ name: `person ${(world.drawn += 1)}`, label }),
    openDevice: (store) =>
      HealthBridge.open({
        url: "http://server.test",
        store,
        autoSync: false,
        runtime: { ...platformRuntime(), fetch },
      }),
  };
  return { parts, server, kept, world, safes, quiet };
}
