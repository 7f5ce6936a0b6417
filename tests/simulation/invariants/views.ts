import { addDays, splitSheetId } from "@healthbridge/schema";
import type { HealthBridge } from "../../../client-sdk/src/index.ts";
import {
  byId,
  differences,
  expectedView,
  type Texts,
  type VisibleRows,
} from "../../chaos/checker/expected-view.ts";
import type {
  AppointmentRow,
  AvailabilityRow,
  ConversationRow,
  DoctorRow,
  PatientRow,
  SheetRow,
} from "../../chaos/checker/evidence.ts";
import { drain, within } from "../calm.ts";
import type { Device } from "../world/device.ts";
import type { Person } from "../world/people.ts";
import type { World } from "../world/world.ts";
import type { Workload } from "../workload/workload.ts";

const KINDS = ["account", "clinic", "doctor", "patient", "availability", "sheet", "appointment"] as const;

/** Runs in which somebody also signs in on a device that has just been bought. */
const NEW_DEVICE_PERCENT = 20;

/** An answer that holds one thing only. */
const SMALL_BYTES = 100;

/** By kind. */
type View = Readonly<Record<string, Texts>>;
type Row = Readonly<Record<string, unknown>>;

/**
 * I7: once all is calm every device, also one that has just been bought, shows what the rows say its person may see: nothing more, nothing less, nothing else. Said once more in
 * other words than the server's.
 */
export async function checkViews(world: World, workload: Workload): Promise<void> {
  const random = world.random.fork("views");
  if (random.percent(NEW_DEVICE_PERCENT))
    await openNewDevice(world, workload, random.pick(world.devices).person);
  const yesterday = addDays(new Date(world.time.now()).toISOString().slice(0, 10), -1);
  const rows = rowsOf(world, yesterday);
  const expected = new Map<string, View>();
  for (const device of world.devices) {
    const { person, app } = device;
    if (app === undefined) continue;
    const key = [person.login, ...device.follows].join();
    const wanted = expected.get(key) ?? viewOf(world, device, rows);
    expected.set(key, wanted);
    compare(world, device, app, wanted, yesterday);
  }
}

async function openNewDevice(world: World, workload: Workload, person: Person): Promise<void> {
  const device = world.addDevice(person);
  device.endChat();
  await within(world, device.open());
  // Not by itself: what she asks for is what is looked at.
  device.app?.stop();
  await within(world, workload.begin(device));
  const read = await within(world, device.app?.sync({ budget: SMALL_BYTES }) ?? Promise.resolve(undefined));
  if (read?.done !== true) world.violated("I9", `${device.name} cannot read everything in small answers`);
  device.app?.start();
  await drain(world, workload, device);
  if (device.app?.status.get().account === undefined)
    world.violated("I9", `${person.login} cannot sign in on a new device`);
}

function compare(world: World, { name }: Device, app: HealthBridge, wanted: View, yesterday: string): void {
  for (const kind of KINDS) {
    // Days that are over a new device is not sent.
    const held = app.list(kind).filter(({ id }) => kind !== "sheet" || splitSheetId(id).date >= yesterday);
    for (const what of differences(`${name}, ${kind}`, byId(held), wanted[kind] ?? new Map()))
      world.violated("I7", what);
  }
}

function rowsOf({ database }: World, yesterday: string): VisibleRows {
  return {
    appointments: database.rows<AppointmentRow>("appointment"),
    patients: database.rows<PatientRow>("patient"),
    doctors: database.rows<DoctorRow>("doctor"),
    sheets: database.rows<SheetRow>("day_sheet").filter(({ date }) => date >= yesterday),
    availabilities: database.rows<AvailabilityRow>("availability"),
    conversations: database.rows<ConversationRow>("conversation"),
  };
}

/** What somebody may see who follows the directory and every doctor's calendar. */
function viewOf({ database, base }: World, { person, follows: more }: Device, rows: VisibleRows): View {
  const { tenant, account, doctor } = person;
  const clinics = database
    .rows("account_clinic")
    .flatMap((row) => (row["account_id"] === account ? [String(row["clinic_id"])] : []));
  const doctors = base.doctors.filter((each) => each.tenant === tenant);
  const follows = [...doctors.map(({ id }) => id), ...more];
  const own = database.rows("account").filter(({ id }) => id === account);
  const here = database.rows("clinic").filter((row) => row["tenant_id"] === tenant);
  const viewer = { tenant, account, clinics, doctor };
  // The directory shows every doctor, whose calendar one follows or not.
  const everybody = database
    .rows("doctor")
    .flatMap(({ id, tenant_id: at }) => (at === tenant ? [String(id)] : []));
  return {
    ...expectedView({ ...viewer, follows }, rows),
    doctor: expectedView({ ...viewer, follows: everybody }, rows)["doctor"] ?? new Map(),
    account: byId(
      own.map((row) => ({ ...known(row, ACCOUNT), doctor: row["doctor_id"], clinics: clinics.toSorted() })),
    ),
    clinic: byId(
      here.map((row) => ({
        ...known(row, CLINIC),
        holidays: typeof row["holidays"] === "string" ? (JSON.parse(row["holidays"]) as unknown) : null,
      })),
    ),
  };
}

const ACCOUNT = ["id", "login", "name", "role", "language", "status"];
const CLINIC = ["id", "name", "code", "level", "type", "owner", "county", "ward", "lat", "lng", "zone"];

function known(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((column) => [column, row[column]]));
}
