import { addDays, splitSheetId } from "@healthbridge/schema";
import type { HealthBridge } from "../../../client-sdk/src/index.ts";
import { drain, within } from "../calm.ts";
import type { Device } from "../world/device.ts";
import type { Person } from "../world/people.ts";
import type { World } from "../world/world.ts";
import type { Workload } from "../workload.ts";

const KINDS = ["account", "clinic", "doctor", "patient", "availability", "sheet", "appointment"] as const;

/** A new device for so many people; the others' turn comes with other seeds. */
const MOST_NEW_DEVICES = 1;

type View = ReadonlyMap<string, string>;

/**
 * I7: once all is calm a device shows what a device shows that has just been bought: nothing more, nothing less, nothing else. And what that one shows of appointments is
 * what the rows say this person may see.
 */
export async function checkViews(world: World, workload: Workload): Promise<void> {
  const fresh = new Map<string, View>();
  const random = world.random.fork("views");
  for (const device of world.devices.toSorted(() => random() - 0.5)) {
    const { person, app } = device;
    if (app === undefined) continue;
    if (!fresh.has(person.login) && fresh.size >= MOST_NEW_DEVICES) continue;
    const expected = fresh.get(person.login) ?? (await viewOfNewDevice(world, workload, person));
    if (expected === undefined) continue;
    fresh.set(person.login, expected);
    compare(world, device, expected, viewOf(world, app));
  }
}

async function viewOfNewDevice(world: World, workload: Workload, person: Person): Promise<View | undefined> {
  const device = world.addDevice(person);
  await within(world, device.open());
  await within(world, workload.begin(device));
  await drain(world, workload, device);
  const { app } = device;
  if (app?.status.get().account === undefined) {
    world.violated("I9", `${person.login} cannot sign in on a new device`);
    return undefined;
  }
  checkAgainstRows(world, person, app);
  const view = viewOf(world, app);
  device.kill();
  return view;
}

/** Everything the app shows, entity by entity. Days that are over a new device is not sent. */
function viewOf(world: World, app: HealthBridge): View {
  const yesterday = addDays(new Date(world.time.now()).toISOString().slice(0, 10), -1);
  const view = new Map<string, string>();
  for (const kind of KINDS)
    for (const entity of app.list(kind)) {
      if (kind === "sheet" && splitSheetId(entity.id).date < yesterday) continue;
      view.set(`${kind} ${entity.id}`, canonical(entity));
    }
  return view;
}

function compare(world: World, device: Device, expected: View, found: View): void {
  for (const [key, text] of expected) {
    const held = found.get(key);
    if (held === undefined) world.violated("I7", `${device.name} lacks ${key} ${text}`);
    else if (held !== text) world.violated("I7", `${device.name} shows ${key} as ${held}; it is ${text}`);
  }
  for (const [key, text] of found)
    if (!expected.has(key)) world.violated("I7", `${device.name} still shows ${key} ${text}`);
}

/** Whose appointments somebody sees, said once more in other words than the server's. */
function checkAgainstRows(world: World, person: Person, app: HealthBridge): void {
  const patients = new Map(world.database.rows("patient").map((row) => [row["id"], row]));
  const rows = world.database.rows("appointment").filter((row) => {
    const patient = patients.get(row["patient_id"]);
    if (row["tenant_id"] !== person.tenant) return false;
    if (person.role === "doctor" && row["doctor_id"] === person.doctor) return true;
    if (person.clinic !== undefined && [row["clinic_id"], patient?.["clinic_id"]].includes(person.clinic))
      return true;
    return patient?.["account_id"] === person.account;
  });
  const held = new Map(app.list("appointment").map((each) => [each.id, each]));
  for (const row of rows) {
    const shown = held.get(String(row["id"]));
    const start = shown === undefined ? undefined : Date.parse(shown.start);
    if (shown?.status !== row["status"] || start !== Number(row["start_at"]))
      world.violated(
        "I7",
        `${person.login} sees ${String(row["id"])} as ${shown?.status ?? "nothing"}; it is ${String(row["status"])}`,
      );
    held.delete(String(row["id"]));
  }
  for (const id of held.keys())
    world.violated("I13", `${person.login} sees the appointment ${id}, which is none of hers`);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : each,
  );
}
