/** Requests of a clinic's day, made up with a seed: the same seed, the same file. */
export interface Slot {
  /** a doctor's id, name, and the code of her facility */
  readonly doctor: string;
  readonly doctorName: string;
  readonly facilityCode: string;
  /** `2026-11-23T09:20+03:00` */
  readonly start: string;
}

export interface RequestsWanted {
  readonly seed: number;
  /** what references and cards begin with, so that two clinics' differ */
  readonly prefix: string;
  readonly rows: number;
  /** rows that ask for a slot which an earlier row asks for */
  readonly conflicts: number;
  readonly malformed: number;
  readonly patients: number;
  readonly slots: readonly Slot[];
}

export interface MadeRequests {
  readonly csv: string;
  /** references of the rows that are as they should be */
  readonly good: readonly string[];
  /** lines of the others, the header being 1 */
  readonly badLines: readonly number[];
}

const HEADER =
  "request,patient_name,patient_card,patient_phone,doctor,facility_code,date,time,start,if_taken,reason";
const WISHES = [
  "",
  "give up",
  "same day",
  "same day; same doctor within 5 days",
  "same doctor within 3 days; give up",
];
const NAMES = [
  "Wanjiru",
  "Otieno",
  "Akinyi",
  "Kamau",
  "Nekesa",
  "Chebet",
  "Ekai",
  "Hassan",
  "Mwende",
  "Juma",
];
const REASONS = [
  "fever",
  "cough, three days",
  "antenatal visit",
  'says "it burns"',
  "child not eating",
  "Üä ñ test",
  "=1+1",
];

export function makeRequests(wanted: RequestsWanted): MadeRequests {
  const dice = seeded(wanted.seed);
  const order = shuffled(
    Array.from({ length: wanted.rows }, (_, at) => at),
    dice,
  );
  const malformed = new Set(order.slice(0, wanted.malformed));
  // A conflict needs somebody before it, so none of the first rows is one.
  const conflicts = new Set(
    order
      .slice(wanted.malformed)
      .filter((at) => at > wanted.rows / 20)
      .slice(0, wanted.conflicts),
  );
  const fresh = shuffled(wanted.slots, dice);
  const used: Slot[] = [];
  const lines: string[] = [HEADER];
  const good: string[] = [];
  const badLines: number[] = [];
  let kinds = 0;
  for (let at = 0; at < wanted.rows; at++) {
    const reference = `${wanted.prefix}-${String(at + 1).padStart(5, "0")}`;
    const again = conflicts.has(at) ? pick(used, dice) : undefined;
    const slot = again ?? fresh.pop() ?? pick(wanted.slots, dice);
    if (slot === undefined) throw new Error("there are no slots to ask for");
    const card = Math.floor(dice() * wanted.patients);
    const row = cellsOf(reference, slot, `${wanted.prefix}K${card}`, card, dice);
    if (malformed.has(at)) {
      badLines.push(lines.length + 1);
      lines.push(spoiled(row, (kinds += 1)));
    } else {
      used.push(slot);
      good.push(reference);
      lines.push(row.map(quoted).join(","));
    }
  }
  return { csv: `${lines.join("\r\n")}\r\n`, good, badLines };
}

function cellsOf(reference: string, slot: Slot, card: string, person: number, dice: () => number): string[] {
  const name = `${NAMES[person % NAMES.length] ?? ""} ${NAMES[Math.floor(person / NAMES.length) % NAMES.length] ?? ""} ${person}`;
  const phone = dice() < 0.3 ? `+2547${String(10_000_000 + person)}` : "";
  const byName = dice() < 0.5 && slot.facilityCode !== "";
  const doctor = byName ? [slot.doctorName, slot.facilityCode] : [slot.doctor, ""];
  const [date = "", time = ""] = slot.start.slice(0, 16).split("T");
  const when = dice() < 0.5 ? [date, time, ""] : ["", "", slot.start];
  return [
    reference,
    name,
    card,
    phone,
    ...doctor,
    ...when,
    pick(WISHES, dice) ?? "",
    pick(REASONS, dice) ?? "",
  ];
}

/** One of the ways in which people and spreadsheets spoil a row. */
function spoiled(row: readonly string[], kind: number): string {
  const changed = (column: number, cell: string): string =>
    row.map((each, at) => quoted(at === column ? cell : each)).join(",");
  const started = row.map((each, at) => (at === 6 || at === 7 ? "" : each));
  switch (kind % 8) {
    case 0:
      return changed(4, "");
    case 1:
      return started.map((each, at) => quoted(at === 8 ? "23/11/2026 9am" : each)).join(",");
    case 2:
      return changed(9, "whenever you like");
    case 3:
      return changed(3, "0712");
    case 4:
      return [row[0] ?? "", '"forgotten quote', ...row.slice(2)].join(",");
    case 5:
      return `${row.map(quoted).join(",")},one cell,too many`;
    case 6:
      return row.map((each, at) => quoted(at === 1 || at === 2 ? "" : each)).join(",");
    default:
      return started.map((each, at) => quoted(at === 8 ? "2026-02-30T09:00+03:00" : each)).join(",");
  }
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function pick<T>(list: readonly T[], dice: () => number): T | undefined {
  return list[Math.floor(dice() * list.length)];
}

function shuffled<T>(list: readonly T[], dice: () => number): T[] {
  return list
    .map((value) => [dice(), value] as const)
    .toSorted(([left], [right]) => left - right)
    .map(([, value]) => value);
}

/** mulberry32: small, quick, the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
