import {
  addDays,
  dateExists,
  fits,
  formatStart,
  MINUTE_MS,
  type Sheet,
  sheetId,
} from "@healthbridge/schema/client";

/** The platform's own reader takes 12/11 for a day in December and 30 February for 2 March: it gets whole ISO instants only. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Writes a start as the doctor's wall shows it, so that it names one day sheet. Where her sheet is not held, a start with an offset stays as it is and
 * any other instant is written in UTC. What is no instant comes back unchanged, and what is
 * neither text nor a date as an empty text: the check of the input names it.
 */
export function normalStart(
  doctor: string | undefined,
  start: string | Date,
  sheet: (id: string) => Sheet | undefined,
): string {
  const given = typeof start === "string" ? start : (start?.toJSON?.() ?? "");
  const asked = INSTANT.test(given) && dateExists(given) && Date.parse(given) / MINUTE_MS;
  if (!asked || !Number.isInteger(asked)) return given;
  const utc = `${new Date(asked * MINUTE_MS).toISOString().slice(0, 16)}Z`;
  // Zones reach from UTC-12 to UTC+14: her date may be the one before or after.
  for (const away of [0, -1, 1]) {
    const date = addDays(utc.slice(0, 10), away);
    const runs = doctor === undefined ? [] : (sheet(sheetId(doctor, date))?.runs ?? []);
    // Where the clocks change that day, what began last before it has its offset.
    const run = runs.findLast(([first]) => first <= asked) ?? runs[0];
    const local = run ? formatStart(asked, run[1]) : "";
    if (local.startsWith(date)) return local;
  }
  return fits("start", given) ? given : utc;
}
