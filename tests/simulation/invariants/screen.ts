import type { HealthBridge, Outcome } from "../../../client-sdk/src/index.ts";
import type { AppointmentRow } from "../../chaos/checker/evidence.ts";
import type { Device } from "../world/device.ts";
import { clinicsOf } from "../world/people.ts";
import type { World } from "../world/world.ts";

/** The appointment that an operation gives a place. */
const BOOKED_BY: Readonly<Record<string, ((outcome: Outcome) => string) | undefined>> = {
  "appointment.book": ({ id }) => id,
  "appointment.reschedule": ({ input }) => String(input["appointment"]),
};

/**
 * I12: what somebody looks at. Nothing that is there and is hers to see vanishes from the screen once it is certain, nor when it becomes so; and what she was told is
 * what she sees.
 */
export function watchScreen(world: World, device: Device, app: HealthBridge): void {
  let account = app.status.get().account?.id;
  let shown: readonly Shown[] = [];
  let before: readonly Shown[] = [];
  const look = (): void => {
    const now = app.list("appointment");
    const ids = new Set(now.map(({ id }) => id));
    const who = app.status.get().account?.id;
    before = who !== undefined && who === account ? shown : [];
    for (const each of before)
      if (each.waiting !== true && !ids.has(each.id)) checkVanished(world, device, each.id, each);
    account = who;
    shown = now;
  };
  look();
  app.on("changed", look);
  app.on("outcome", (outcome) => {
    const about = BOOKED_BY[outcome.type]?.(outcome);
    // As asked, that is: what she was shown of other forecasts may be another operation's.
    const asked = startOf(outcome.input);
    // And foreseen when it was sent: else the page that follows shows it, a moment later.
    const contents = [...(world.sent.get(outcome.id)?.contents ?? [])];
    const foreseen =
      contents.every((each) => each.includes('"sum"')) &&
      before.some((each) => each.id === about && each.waiting === true && each.start === asked);
    if (outcome.status === "applied" && about !== undefined && foreseen)
      checkPlaced(world, device, app.get("appointment", about), about, outcome);
  });
}

/** What the screen says of an appointment. */
interface Shown {
  readonly id: string;
  readonly start: string;
  readonly status: string;
  readonly clinic?: string;
  readonly doctor?: string;
  readonly waiting?: boolean;
}

/** What moved with a card or with somebody's rights, or was undone by a restore, may have been out of her sight for a moment. */
function checkVanished(
  world: World,
  device: Device,
  id: string,
  seen: Pick<Shown, "clinic" | "doctor"> = {},
): void {
  const row = rowOf(world, id);
  // What went to a doctor elsewhere leaves one clinic's feed before it comes in the other's.
  if (seen.clinic !== undefined && seen.clinic !== row?.clinic_id) return;
  const { doctor } = device.person;
  // And what goes from her to a colleague leaves her own feed before it comes in their clinic's, where an answer has no room for both.
  if (doctor !== undefined && seen.doctor === doctor && row?.doctor_id !== doctor) return;
  if (row === undefined || world.on("rights") || world.movedCards.has(row.patient_id)) return;
  // What a restore undid is done again only where that is offered again; until then she sees it where it was before, if that is hers to see.
  const setBack = world.operator.setBack(id);
  if (setBack !== undefined && (setBack.to === undefined || !isHers(world, device, setBack.to))) return;
  if (isHers(world, device, row))
    world.violated("I12", `${device.name} does not show ${id} any more, though it is there`);
}

/** Whether an appointment is hers to see: at her clinic, of who has her card there, with her, or her own. */
function isHers({ database }: World, { person }: Device, row: AppointmentRow): boolean {
  const { clinic, doctor, account } = person;
  const patient = database.rows("patient").find((each) => each["id"] === row.patient_id);
  const clinics = clinicsOf(person);
  return (
    clinics.includes(row.clinic_id) ||
    (clinic !== undefined && clinics.includes(String(patient?.["clinic_id"]))) ||
    (doctor !== undefined && row.doctor_id === doctor) ||
    patient?.["account_id"] === account
  );
}

function checkPlaced(
  world: World,
  device: Device,
  shown: Shown | undefined,
  appointment: string,
  { input, output }: Outcome,
): void {
  const placed = Date.parse(startOf(output) ?? startOf(input) ?? "");
  const row = rowOf(world, appointment);
  if (shown === undefined) checkVanished(world, device, appointment);
  if (shown?.status !== "booked" || shown.waiting === true) return;
  // What a copy sent first it may have foreseen otherwise; and a restore undoes what was told.
  if (world.on("restore") || world.on("clone") || row?.status !== "booked" || row.start_at !== placed) return;
  if (Date.parse(shown.start) !== placed)
    world.violated(
      "I12",
      `${device.name} was told that ${appointment} is at ${new Date(placed).toISOString()} and shows ${shown.start}`,
    );
}

function rowOf({ database }: World, id: string): AppointmentRow | undefined {
  return database.rows<AppointmentRow>("appointment").find((row) => row.id === id);
}

function startOf(value: unknown): string | undefined {
  return typeof value === "object" && value !== null && "start" in value ? String(value.start) : undefined;
}
