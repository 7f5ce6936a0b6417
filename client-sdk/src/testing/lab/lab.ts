import { watchPacking } from "../../adapters/packing.ts";
import type { FollowedFeed } from "../../options.ts";
import { FakeServer, type FakeServerOptions } from "../fake-server/fake-server.ts";
import { type SeededRandom, seededRandom } from "../seeded-random.ts";
import { SimulatedNetwork } from "../simulated-network.ts";
import { VirtualTime } from "../virtual-time.ts";
import { type Disks, LabDevice } from "./device.ts";
import { DeviceNetwork, type NetworkControls, type NetworkPreset, WholeNetwork } from "./network.ts";

/** How a lab is set up. */
export interface LabOptions {
  /** where all chance comes from: the same seed, the same run; 1 by default */
  readonly seed?: number | string;
  /** what the clock shows at first, ms since 1970; Monday 23 November 2026, 09:00 in Nairobi, by default */
  readonly start?: number;
  /** what every line is like at first; `lan` by default */
  readonly network?: NetworkPreset;
  /** how the server is made, beside its clock and its chance */
  readonly server?: Omit<FakeServerOptions, "time" | "random">;
}

/** What a device is to be when it is handed over. */
export interface DeviceOptions {
  /** who is signed in; an account the server knows. Left out: nobody */
  readonly login?: string;
  /** feeds to follow and to read before the device is handed over, as `directory`; needs a `login`, without one nothing is followed */
  readonly follow?: readonly FollowedFeed[];
  /** as the account's list of devices shows it */
  readonly name?: string;
  /** sync in the background, as apps do; true by default */
  readonly autoSync?: boolean;
}

const URL = "http://lab.test";
const MONDAY_MORNING = Date.UTC(2026, 10, 23, 6);

/**
 * A world for one test: a clock that stands still until it is moved, a network that is as bad as it is told to be, a server with the real decisions, and any number of
 * devices. Nothing in it waits in real time, opens a socket or writes a file, and the same seed runs the same way each time.
 */
export class Lab {
  readonly time: VirtualTime;
  readonly server: FakeServer;
  /** all lines at once; each device has its own as `device.network` */
  readonly network: NetworkControls;
  /** further chance, where a test wants some */
  readonly random: SeededRandom;
  readonly #chance: SeededRandom;
  readonly #lines: WholeNetwork;
  readonly #devices: LabDevice[] = [];
  readonly #stopWatching: () => void;

  /** @internal */
  constructor({ seed = 1, start = MONDAY_MORNING, network = "lan", server = {} }: LabOptions) {
    this.#chance = seededRandom(seed);
    this.random = this.#chance.fork("test");
    this.time = new VirtualTime({ start });
    this.server = new FakeServer({ ...server, time: this.time, random: this.#chance.fork("server") });
    this.#lines = new WholeNetwork(network);
    this.network = this.#lines;
    this.#stopWatching = watchPacking((packing) => void this.time.hold(packing));
  }

  /** Opens the SDK on a new device; with `login` signed in and up to date, which needs the network. */
  async device({ login, follow = [], name, autoSync = true }: DeviceOptions = {}): Promise<LabDevice> {
    const device = this.#add(name, autoSync);
    const hb = await device.openTab();
    if (login === undefined) return device;
    const password = this.server.passwordOf(login);
    if (password === undefined) throw new Error(`The server knows no account "${login}". Add it first.`);
    await this.time.run(hb.signIn({ login, password }));
    await hb.follow(...follow);
    await this.time.run(hb.sync());
    return device;
  }

  /** A device with a copy of another's disk, as a restored backup or a cloned phone is. */
  async copyOf(device: LabDevice): Promise<LabDevice> {
    const copy = this.#add(undefined, true, device.copyDisks());
    await copy.openTab();
    return copy;
  }

  /** Closes every device, and ceases to watch the platform. */
  async close(): Promise<void> {
    for (const device of this.#devices) await device.close();
    this.#stopWatching();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #add(name: string | undefined, autoSync: boolean, disks?: Disks): LabDevice {
    const { time, server } = this;
    const random = this.#chance.fork(`device ${this.#devices.length}`);
    const serve = (request: Request): Promise<Response> => time.hold(server.fetch(request));
    const simulated = new SimulatedNetwork({ time, random: random.fork("line"), serve });
    const onUp = (): void => {
      device.tellOnline();
    };
    const network = new DeviceNetwork({ time, random: random.fork("network"), network: simulated, onUp });
    const open = { url: URL, autoSync, deviceName: name ?? `Device ${this.#devices.length + 1}` };
    const device = new LabDevice({ time, random, fetch: simulated.fetch, network, open }, disks);
    this.#lines.add(network);
    this.#devices.push(device);
    return device;
  }
}

/**
 * Makes a lab.
 *
 * @example
 * await using lab = createLab({ seed: 7 });
 * const doctor = lab.server.addDoctor();
 * lab.server.addAccount({ login: "amina", password: "seven goats cross the river", role: "staff", clinics: [doctor.clinic] });
 * const { hb, network } = await lab.device({ login: "amina", follow: [`calendar:${doctor.id}`] });
 * network.use("2g");
 * const patient = await hb.registerPatient({ name: "Wanjiru", clinic: doctor.clinic });
 * await lab.time.advance(60_000);
 * lab.server.get("patient", patient.id); // she is there
 */
export function createLab(options: LabOptions = {}): Lab {
  return new Lab(options);
}
