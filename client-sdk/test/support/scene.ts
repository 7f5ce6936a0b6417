import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { HealthBridge, memoryDisk, memoryStore, type MemoryDisk, type OpenOptions } from "../../src/index.ts";
import type { FakeServer } from "../../src/testing/index.ts";
import { FakeRuntime } from "./fake-runtime.ts";
import { clinicServer, doctor, password } from "./clinic.ts";
import { Line } from "./line.ts";

/** One device and one server, with a network of msw between them. */
export interface Scene {
  readonly server: FakeServer;
  readonly line: Line;
  readonly runtime: FakeRuntime;
  readonly disk: MemoryDisk;
  /** Opens the device's store, as often as a test wants: again is a restart or another tab. */
  open(options?: Partial<OpenOptions>): Promise<HealthBridge>;
  /** Opens, signs Amina in, follows the doctor's calendar and the directory, and reads everything. */
  ready(options?: Partial<OpenOptions>): Promise<HealthBridge>;
}

const network = setupServer();
let count = 0;
const opened: HealthBridge[] = [];

/** Call once per test file. */
export function useNetwork(): void {
  beforeAll(() => {
    // What the last test of the file before has stubbed is taken back before the next test only: with it this network would go.
    vi.unstubAllGlobals();
    network.listen();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((hb) => hb.close().catch(() => undefined)));
    network.resetHandlers();
  });
  afterAll(() => network.close());
}

export function scene(): Scene {
  const server = clinicServer();
  const line = new Line(`http://server-${(count += 1)}.test`, server);
  network.use(...line.handlers());
  const runtime = new FakeRuntime();
  const disk = memoryDisk();
  const open = async (options: Partial<OpenOptions> = {}): Promise<HealthBridge> => {
    const hb = await HealthBridge.open({
      url: line.url,
      store: memoryStore(disk),
      runtime,
      autoSync: false,
      deviceName: "Tablet",
      ...options,
    });
    opened.push(hb);
    return hb;
  };
  return {
    server,
    line,
    runtime,
    disk,
    open,
    async ready(options) {
      const hb = await open(options);
      await hb.signIn({ login: "amina", password });
      await hb.follow(`calendar:${doctor.id}`, "directory");
      await hb.sync();
      line.seen.length = 0;
      return hb;
    },
  };
}
