import type { HealthBridge, Store } from "@healthbridge/client-sdk";
import type { DataBudget } from "@healthbridge/client-sdk/web";
import type { LateRuntime } from "./late-runtime.ts";

/** What a device of this app is opened with. */
export interface DeviceAround {
  readonly budget: DataBudget;
  readonly runtime: LateRuntime;
}

/** Bytes a day, unless she sets another limit: some weeks of a small bundle. */
const DAILY_BYTES = 3_000_000;
const LIMIT_KEY = "healthbridge.patient.limit";

let around: Promise<DeviceAround> | undefined;
/** One device is open at a time: who locks the app closes it. */
let stopGoverning = (): void => undefined;

/** The budget and the network of this page: one for everybody who uses it. */
export function deviceAround(): Promise<DeviceAround> {
  around ??= makeAround();
  return around;
}

async function makeAround(): Promise<DeviceAround> {
  const { dataBudget, lateRuntime } = await import("./device-network.ts");
  const kept = Number(localStorage.getItem(LIMIT_KEY));
  const budget = dataBudget({ name: "patient", dailyBytes: kept > 0 ? kept : DAILY_BYTES });
  return { budget, runtime: lateRuntime(budget.runtime) };
}

/** Sets how many bytes a day the app may use, and remembers it. */
export function setDailyBytes(budget: DataBudget, bytes: number): void {
  localStorage.setItem(LIMIT_KEY, String(bytes));
  budget.setLimit(bytes);
}

/** Opens a device within the budget. */
export async function openDevice(url: string, store: Store): Promise<HealthBridge> {
  const [{ HealthBridge: Device }, { budget, runtime }] = await Promise.all([
    import("@healthbridge/client-sdk"),
    deviceAround(),
  ]);
  const hb = await Device.open({ url, store, runtime, autoSync: false });
  stopGoverning();
  stopGoverning = budget.govern(hb);
  return hb;
}
