import type { OpenOptions } from "../../options.ts";
import { HealthBridge } from "../../with-forecasts.ts";
import { memoryDisk, memoryStore, type MemoryDisk } from "../../stores/memory-store.ts";
import type { VirtualTime } from "../virtual-time.ts";
import type { Store } from "../../stores/store.ts";
import { AppProcess, type ProcessParts } from "./app-process.ts";
import type { DeviceNetwork } from "./network.ts";

/** What a device keeps its rows on. */
export class DeviceDisk {
  readonly #disks: readonly MemoryDisk[];

  /** @internal */
  constructor(disks: readonly MemoryDisk[]) {
    this.#disks = disks;
  }

  /** Leaves no room: calls that write reject with `store_full`, and what is there stays. */
  fill(): void {
    for (const disk of this.#disks) disk.capacity = 0;
  }

  /** Makes room again. */
  free(): void {
    for (const disk of this.#disks) disk.capacity = Infinity;
  }
}

/** One for rows, one for files. */
export type Disks = readonly [rows: MemoryDisk, files: MemoryDisk];

/** What a device is made of. */
export interface DeviceParts extends Omit<ProcessParts, "clockOffset"> {
  readonly time: VirtualTime;
  readonly network: DeviceNetwork;
  readonly open: Pick<OpenOptions, "url" | "deviceName" | "autoSync">;
}

/**
 * A phone or a tablet with the SDK on it: a disk, a line to the server, an app that can be killed at any moment.
 *
 * @example
 * const device = await lab.device({ login: "amina" });
 * device.network.goOffline();
 * await device.hb.book({ doctor, patient, start });
 * device.crash();
 * const hb = await device.restart();
 * hb.waiting(); // still there
 */
export class LabDevice {
  readonly network: DeviceNetwork;
  readonly disk: DeviceDisk;
  /** ms by which the device's clock is wrong; 0 at first */
  clockOffset = 0;
  readonly #parts: DeviceParts;
  readonly #disk: MemoryDisk;
  /** where photos and voice notes are kept */
  readonly #filesDisk: MemoryDisk;
  #process: AppProcess | undefined;
  #store: Store | undefined;
  #tabs: HealthBridge[] = [];

  /** @internal */
  constructor(parts: DeviceParts, [disk, files]: Disks = [memoryDisk(), memoryDisk()]) {
    this.#parts = parts;
    this.#disk = disk;
    this.#filesDisk = files;
    this.network = parts.network;
    this.disk = new DeviceDisk([disk, files]);
  }

  /** The opened SDK, after a restart the new one. */
  get hb(): HealthBridge {
    const [first] = this.#tabs;
    if (first === undefined) throw new Error("The app is not running on this device. `restart` it first.");
    return first;
  }

  /** What an addition to the SDK needs of a device: `openChat(device.open)`, `openAttachments(device.open)`. Opened anew after a restart. */
  get open(): { readonly hb: HealthBridge; readonly files: Store } & Pick<
    OpenOptions,
    "url" | "store" | "runtime"
  > {
    const store = this.#store;
    if (store === undefined) throw new Error("The app is not running on this device. `restart` it first.");
    const files = memoryStore(this.#filesDisk);
    return { hb: this.hb, url: this.#parts.open.url, store, files, runtime: this.#process?.runtime };
  }

  /** Kills the app at once, as a phone does that needs its memory, or whose battery is empty. What was durable stays on the disk. */
  crash(): void {
    this.#process?.kill();
    this.#process = undefined;
    this.#tabs = [];
    this.#disk.crash();
    this.#filesDisk.crash();
  }

  /** Starts the app anew on what the disk holds; kills it first where it still runs. */
  async restart(): Promise<HealthBridge> {
    this.crash();
    return this.openTab();
  }

  /** Opens the app once more on the same disk, as a second tab does. */
  async openTab(): Promise<HealthBridge> {
    const { time, random, fetch, open } = this.#parts;
    this.#process ??= new AppProcess({ time, random, fetch, clockOffset: () => this.clockOffset });
    const store = memoryStore(this.#disk);
    this.#store = store;
    const hb = await HealthBridge.open({
      ...open,
      store,
      runtime: this.#process.runtime,
    });
    this.#tabs.push(hb);
    return hb;
  }

  /** Closes the app in good order. */
  async close(): Promise<void> {
    await this.#parts.time.settle(); // what was opened a moment ago comes up first
    const tabs = this.#tabs;
    this.#tabs = [];
    for (const hb of tabs) await this.#parts.time.run(hb.close());
    this.#process?.kill();
    this.#process = undefined;
  }

  /** @internal */
  tellOnline(): void {
    this.#process?.tellOnline();
  }

  /** @internal What a backup of the device would hold. */
  copyDisks(): Disks {
    return [memoryDisk(this.#disk), memoryDisk(this.#filesDisk)];
  }
}
