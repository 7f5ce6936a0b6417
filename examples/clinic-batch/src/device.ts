import { HealthBridge, type Store } from "@healthbridge/client-sdk";
import { sqliteStore } from "@healthbridge/client-sdk/node";
import { hostname } from "node:os";
import { join } from "node:path";
import { Ledger } from "./ledger.ts";
import { PlainError } from "./plain-error.ts";
import { readSettings } from "./settings.ts";

/** Stands where no server is known yet; nothing is ever sent there. */
export const NO_SERVER = "http://nowhere.invalid";

/** This computer as a device of HealthBridge, with its notes on the files that were read. */
export interface Device extends AsyncDisposable {
  readonly folder: string;
  readonly hb: HealthBridge;
  readonly store: Store;
  readonly ledger: Ledger;
  /** the server's address, once somebody signed in */
  readonly server: string | undefined;
}

/** Opens a folder. Needs no network: nothing is sent but by `sync`. */
export async function openDevice(folder: string, server?: string): Promise<Device> {
  const known = server ?? (await readSettings(folder)).server;
  const store = sqliteStore(join(folder, "device.db"));
  const hb = await HealthBridge.open({
    url: known ?? NO_SERVER,
    store,
    deviceName: `clinic-batch on ${hostname()}`.slice(0, 120),
    autoSync: false,
  });
  const ledger = new Ledger(join(folder, "rows.db"));
  return {
    folder,
    hb,
    store,
    ledger,
    server: known,
    async [Symbol.asyncDispose]() {
      await ledger.close();
      await hb.close();
    },
  };
}

/** The clinic that new patients belong to. */
export function ownClinic({ hb }: Device, named: string | undefined): string | undefined {
  if (named !== undefined) return named;
  const clinics = hb.status.get().account?.clinics ?? [];
  if (clinics.length > 1) {
    throw new PlainError(
      `This account works for several clinics; say which one with --clinic: ${clinics.join(", ")}`,
    );
  }
  return clinics[0];
}
