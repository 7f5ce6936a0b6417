import type { SeededRandom } from "../seeded-random.ts";
import type { LineConditions, NetworkFault, SimulatedNetwork } from "../simulated-network.ts";
import type { VirtualTime } from "../virtual-time.ts";

/**
 * Lines as they are out there:
 * - `lan`: a clinic's own network: 2 ms, 100 Mbit/s
 * - `3g`: 100 ± 50 ms, 1 % loss, 1 Mbit/s
 * - `2g`: 300 ± 100 ms, 5 % loss, 1 % of the requests arrive twice, 50 kbit/s
 * - `flap`: a `3g` line that comes and goes, for seconds up to a minute
 * - `captive-portal`: somebody else's page answers every request
 * - `offline`: no network
 */
export type NetworkPreset = "lan" | "3g" | "2g" | "flap" | "captive-portal" | "offline";

type Line = Omit<LineConditions, "up">;
const LAN: Line = { latency: 2, jitter: 1, loss: 0, duplicates: 0, speed: 12_500_000 };
const THREE_G: Line = { latency: 100, jitter: 50, loss: 1, duplicates: 0, speed: 125_000 };
const TWO_G: Line = { latency: 300, jitter: 100, loss: 5, duplicates: 1, speed: 6_250 };

/** Stretches of a line that flaps, ms. */
const FLAP = { shortest: 3_000, longest: 60_000 };

/** What a captive portal answers with: a page, a redirect to one, or RFC 6585's 511. */
export type PortalStatus = 200 | 302 | 511;

/** What a preset can be told. */
export interface NetworkOptions {
  /** when a line that flaps comes and goes; by default the lab's own */
  readonly seed?: number | string;
  /** of a captive portal; 200 by default */
  readonly status?: PortalStatus;
}

/** What can be done to a network: one device's line, or all of them. */
export interface NetworkControls {
  /** Makes the line one of the presets. */
  use(preset: NetworkPreset, options?: NetworkOptions): void;
  /** Takes the network away; what is under way breaks. */
  goOffline(): void;
  /** Gives the network back, as fast and as bad as it was, and lets devices know that had none. Ends a line's flapping and a captive portal. */
  goOnline(): void;
  /** From now on somebody else's page answers every request. */
  captivePortal(status?: PortalStatus): void;
  /** Breaks what is under way; the next request goes through. */
  cut(): void;
  /** What happens to the next requests, one each, first come first served. */
  next(...faults: readonly NetworkFault[]): void;
}

/** The line of one device. */
export class DeviceNetwork implements NetworkControls {
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #network: SimulatedNetwork;
  /** the platform's hint that the network may be back */
  readonly #onUp: () => void;
  readonly #faults: NetworkFault[] = [];
  #portal: PortalStatus | undefined;
  #stopFlapping: () => void = () => undefined;
  #up = 0;
  #down = 0;

  /** @internal */
  constructor(parts: {
    readonly time: VirtualTime;
    readonly random: SeededRandom;
    readonly network: SimulatedNetwork;
    readonly onUp: () => void;
  }) {
    this.#time = parts.time;
    this.#random = parts.random;
    this.#network = parts.network;
    this.#onUp = parts.onUp;
    this.#network.faults = () =>
      this.#portal === undefined ? this.#faults.shift() : { kind: "captive-portal", status: this.#portal };
    this.#network.onCarried = ({ up, down }) => {
      this.#up += up;
      this.#down += down;
    };
  }

  /** Bytes of bodies the line has carried, from the device and to it. */
  get carried(): { readonly up: number; readonly down: number } {
    return { up: this.#up, down: this.#down };
  }

  use(preset: NetworkPreset, options: NetworkOptions = {}): void {
    switch (preset) {
      case "offline":
        this.goOffline();
        break;
      case "captive-portal":
        this.captivePortal(options.status);
        break;
      case "flap":
        this.#be(THREE_G);
        this.#flap(this.#random.fork(`flap ${options.seed ?? ""}`));
        break;
      case "lan":
      case "3g":
      case "2g":
        this.#be({ lan: LAN, "3g": THREE_G, "2g": TWO_G }[preset]);
        break;
    }
  }

  goOffline(): void {
    this.#stopFlapping();
    this.#setUp(false);
  }

  goOnline(): void {
    this.#stopFlapping();
    this.#portal = undefined;
    this.#setUp(true);
  }

  captivePortal(status: PortalStatus = 200): void {
    this.goOnline();
    this.cut();
    this.#portal = status;
  }

  cut(): void {
    this.#network.cut();
  }

  next(...faults: readonly NetworkFault[]): void {
    this.#faults.push(...faults);
  }

  #be(line: Line): void {
    this.#network.conditions = { ...this.#network.conditions, ...line };
    this.goOnline();
  }

  #setUp(up: boolean): void {
    const was = this.#network.conditions.up;
    this.#network.setUp(up);
    if (up && !was) this.#onUp();
  }

  #flap(random: SeededRandom): void {
    let callOff: () => void = () => undefined;
    const later = (): void => {
      callOff = this.#time.after(random.between(FLAP.shortest, FLAP.longest), () => {
        this.#setUp(!this.#network.conditions.up);
        later();
      });
    };
    later();
    this.#stopFlapping = () => {
      callOff();
    };
  }
}

/** Every device's line at once, those to come included. */
export class WholeNetwork implements NetworkControls {
  readonly #lines: DeviceNetwork[] = [];
  #preset: readonly [NetworkPreset, NetworkOptions | undefined];
  /** what stands between the devices and such lines */
  #away: ((line: NetworkControls) => void) | undefined;

  /** @internal */
  constructor(preset: NetworkPreset) {
    this.#preset = [preset, undefined];
  }

  /** @internal */
  add(line: DeviceNetwork): void {
    this.#lines.push(line);
    line.use(...this.#preset);
    this.#away?.(line);
  }

  use(preset: NetworkPreset, options?: NetworkOptions): void {
    this.#preset = [preset, options];
    this.#away = undefined;
    for (const line of this.#lines) line.use(preset, options);
  }

  goOffline(): void {
    this.#put((line) => {
      line.goOffline();
    });
  }

  goOnline(): void {
    this.#away = undefined;
    for (const line of this.#lines) line.goOnline();
  }

  captivePortal(status?: PortalStatus): void {
    this.#put((line) => {
      line.captivePortal(status);
    });
  }

  cut(): void {
    for (const line of this.#lines) line.cut();
  }

  next(...faults: readonly NetworkFault[]): void {
    for (const line of this.#lines) line.next(...faults);
  }

  #put(away: (line: NetworkControls) => void): void {
    this.#away = away;
    for (const line of this.#lines) away(line);
  }
}
