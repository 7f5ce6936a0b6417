import { platformRuntime } from "./adapters/platform-runtime.ts";
import type { Runtime } from "./adapters/runtime.ts";
import { type Http, openHttp } from "./carriers/http.ts";
import { Emitter } from "./events.ts";
import { Keeper } from "./keeper.ts";
import type { OpenOptions } from "./options.ts";
import type { Awaited } from "./outbox/outcomes.ts";
import type { OpenView, View } from "./replica/view.ts";
import type { Counters } from "./sync/status.ts";

/** What the parts of one open instance share. */
export interface Device {
  readonly runtime: Runtime;
  readonly keeper: Keeper;
  readonly view: View;
  readonly events: Emitter;
  /** those who wait for an outcome in this run of the program */
  readonly awaited: Awaited;
  readonly http: Http;
  readonly counters: Counters;
  /** what locks and channels of this store and server are called */
  readonly name: string;
  readonly tenant: string | undefined;
  /** what the device is called in the account's list */
  readonly deviceName: string;
}

export function openDevice(
  { url, store, tenant, deviceName = "This device", runtime = platformRuntime() }: OpenOptions,
  openView: OpenView,
): Device {
  const name = `${url} ${store.name}`;
  const keeper = new Keeper(store, runtime, name);
  const counters = { applied: 0, rejected: 0, pulled: 0, bytesSent: 0, bytesReceived: 0 };
  return {
    runtime,
    keeper,
    view: openView(keeper.mirror, runtime),
    events: new Emitter(),
    awaited: new Map(),
    http: openHttp(runtime, url, counters),
    counters,
    name,
    tenant,
    deviceName,
  };
}
