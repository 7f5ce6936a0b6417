import {
  dateExists,
  fits,
  formatStart,
  MINUTE_MS,
  type Sheet,
  sheetIdsForStart,
  slotAt,
} from "@healthbridge/schema/client";

/** The platform's own reader takes 12/11 for a day in December and 30 February for 2 March: it gets whole ISO instants only. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Writes a start as the doctor's wall shows it, so that it names one day sheet. Where her sheet is not held, a start with an offset stays as it is and
 * any other instant is written in UTC. What is no instant comes back unchanged.
 */
export function normalStart(
  doctor: string | undefined,
  start: string | Date,
  sheet: (id: string) => Sheet | undefined,
): string {
  const given = typeof start === "string" ? start : (start.toJSON() ?? "");
  const asked = INSTANT.test(given) && dateExists(given) ? Date.parse(given) / MINUTE_MS : Number.NaN;
  if (!Number.isInteger(asked)) return typeof start === "string" ? start : "";
  const utc = `${new Date(asked * MINUTE_MS).toISOString().slice(0, 16)}Z`;
  const sheets = doctor === undefined ? [] : sheetIdsForStart(doctor, utc).flatMap((id) => sheet(id) ?? []);
  for (const each of sheets) {
    const slot = slotAt(each, asked);
    if (slot) return slot.start;
  }
  for (const { id, runs } of sheets) {
    const local = runs[0] ? formatStart(asked, runs[0][1]) : "";
    if (id.endsWith(`/${local.slice(0, 10)}`)) return local;
  }
  return fits("start", given) ? given : utc;
}
