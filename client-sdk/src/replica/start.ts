import {
  epochMinutes,
  fits,
  formatStart,
  MINUTE_MS,
  type Sheet,
  sheetIdsForStart,
  slotAt,
} from "@healthbridge/schema/client";

/**
 * Writes a start as the doctor's wall shows it, so that it names one day sheet. Where her sheet is not held, a start with an offset stays as it is and
 * any other instant is written in UTC. What is no instant comes back unchanged.
 */
export function normalStart(
  doctor: string | undefined,
  start: string | Date,
  sheet: (id: string) => Sheet | undefined,
): string {
  const given = typeof start === "string" ? start : "";
  const asked = typeof start === "string" ? minutesOf(start) : start.getTime() / MINUTE_MS;
  if (!Number.isInteger(asked)) return given;
  const utc = `${new Date(asked * MINUTE_MS).toISOString().slice(0, 16)}Z`;
  const unheld = asked === epochMinutesOf(given) ? given : utc;
  if (doctor === undefined) return unheld;
  const sheets = sheetIdsForStart(doctor, utc).flatMap((id) => sheet(id) ?? []);
  for (const each of sheets) {
    const slot = slotAt(each, asked);
    if (slot !== undefined) return slot.start;
  }
  for (const { id, runs } of sheets) {
    const local = runs[0] === undefined ? "" : formatStart(asked, runs[0][1]);
    if (id.endsWith(`/${local.slice(0, 10)}`)) return local;
  }
  return unheld;
}

function epochMinutesOf(given: string): number {
  return fits("start", given) ? epochMinutes(given) : Number.NaN;
}

const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** The platform's own reader takes 12/11 for a day in December and 30 February for 2 March: it gets whole ISO instants only. */
function minutesOf(given: string): number {
  if (fits("start", given)) return epochMinutes(given);
  const date = INSTANT.exec(given)?.[1] ?? "";
  const day = new Date(date);
  const exists = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
  return exists ? new Date(given).getTime() / MINUTE_MS : Number.NaN;
}
