import { type DoctorSearch, type FoundDoctor, searchDoctors } from "@healthbridge/client-sdk/schedule";
import type { Device } from "../device.ts";
import { PlainError } from "../plain-error.ts";
import type { Terminal } from "../terminal.ts";
import { count, spokenStart } from "../words.ts";

export interface NearbyOptions {
  readonly near: string;
  readonly within?: number;
  readonly speciality?: string;
  readonly language?: string;
  readonly name?: string;
  readonly currency?: string;
  readonly feeUpTo?: number;
  readonly sort?: string;
}

const SORTS: Readonly<Record<string, DoctorSearch["sort"]>> = {
  distance: "distance",
  fee: "fee",
  "free time": "nextFree",
};
const MOST_SHOWN = 20;

/** Finds doctors nearby in the downloaded lists. */
export function nearby({ hb }: Device, options: NearbyOptions, terminal: Terminal): number {
  const { near, within, sort = "distance", ...rest } = options;
  const [, lat, lng] = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/.exec(near.replaceAll(" ", "")) ?? [];
  if (lat === undefined || lng === undefined || Math.abs(Number(lat)) > 90 || Math.abs(Number(lng)) > 180)
    throw new PlainError(`Write where it is as degrees north and east, as -1.2921,36.8219, not “${near}”.`);
  if (!Object.hasOwn(SORTS, sort)) throw new PlainError('It can be sorted by distance, fee or "free time".');
  if (rest.currency === undefined && (sort === "fee" || rest.feeUpTo !== undefined))
    throw new PlainError("Say in which currency fees are compared: --currency KES");
  const found = searchDoctors(hb, {
    ...rest,
    near: { lat: Number(lat), lng: Number(lng) },
    withinKm: within,
    sort: SORTS[sort],
    now: Date.now(),
    limit: MOST_SHOWN,
  });
  for (const each of found.doctors) for (const line of linesOf(each)) terminal.say(line);
  const more = found.matches - found.doctors.length;
  if (more > 0)
    terminal.say(`… and ${count(more)} more; narrow it down with --speciality, --language or --within.`);
  if (found.matches === 0) terminal.say("Nobody found in the lists on this computer.");
  return 0;
}

function linesOf({ doctor, clinic, metres, nextFree }: FoundDoctor): readonly string[] {
  const fee = doctor.fee === undefined ? "" : `   fee ${feeInWords(doctor.fee)}`;
  const free =
    nextFree.known === "free"
      ? `free on ${spokenStart(nextFree.start)}`
      : nextFree.known === "none"
        ? `not free until after ${nextFree.until}`
        : "free times not known here";
  return [
    `${doctor.name}  (${doctor.specialities.join(", ")})  ${distanceInWords(metres)}`,
    `    ${clinic.name}${fee}   ${free}`,
  ];
}

function distanceInWords(metres: number): string {
  return metres < 1_000 ? `${count(metres)} m` : `${(metres / 1_000).toFixed(1)} km`;
}

/** In the currency's own units: which have no cents, `Intl` knows. */
function feeInWords({ amount, currency }: { readonly amount: number; readonly currency: string }): string {
  const digits =
    new Intl.NumberFormat("en-GB", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ??
    2;
  return amount === 0 ? "none" : `${currency} ${(amount / 10 ** digits).toLocaleString("en-GB")}`;
}
