/** Why an instant given on the command line is not taken. */
export class WrongInstant extends Error {
  override readonly name = "WrongInstant";
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads an instant that means the same to everybody (RFC 3339): what a machine takes 12/11/2026 for depends on where it stands, and a wrong guess would make devices
 * let go of what no backup holds.
 *
 * @returns ms since 1970
 * @throws WrongInstant
 */
export function readInstant(text: string): number {
  const instant = INSTANT.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(instant))
    throw new WrongInstant(
      "The backup's beginning is to be written as 2026-11-28T02:00:00Z or 2026-11-28T05:00:00+03:00: date, time and zone.",
    );
  return instant;
}
