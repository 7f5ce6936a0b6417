import type { Kind } from "@healthbridge/schema";
import { accountRecords } from "../operations/records/account-records.ts";
import { appointmentRecords } from "../operations/records/appointment-records.ts";
import { conversationRecords, messageRecords } from "../operations/records/conversation-records.ts";
import { clinicRecords, doctorRecords, patientRecords } from "../operations/records/directory-records.ts";
import { availabilityRecords, sheetRecords } from "../operations/records/sheet-records.ts";
import type { Source } from "../operations/records/table.ts";

/** An entity as it goes over the wire. */
export interface WireEntity {
  readonly id: string;
  readonly [field: string]: unknown;
}

type Loader = (source: Source, ids: readonly string[]) => Promise<readonly WireEntity[]>;

const LOADERS: Readonly<Record<Exclude<Kind, "device" | "calendarLink">, Loader>> = {
  account: async (source, ids) =>
    (await accountRecords.load(source, ids, false)).map(({ entity }) => ({ ...entity })),
  clinic: async (source, ids) =>
    (await clinicRecords.load(source, ids, false)).map(({ entity }) => ({ ...entity })),
  doctor: async (source, ids) =>
    (await doctorRecords.load(source, ids, false)).map(({ entity }) => ({ ...entity })),
  patient: async (source, ids) =>
    (await patientRecords.load(source, ids, false)).map(({ entity }) => ({ ...entity })),
  availability: async (source, ids) =>
    (await availabilityRecords.load(source, ids, false)).map(({ entity }) => ({ ...entity })),
  sheet: async (source, ids) =>
    (await sheetRecords.load(source, ids, false)).map(({ entity }) => ({ ...entity })),
  appointment: async (source, ids) =>
    (await appointmentRecords.load(source, ids, false)).map(({ entity }) => ({ ...entity })),
  // How many messages there are a device counts itself: told with each of them it would travel twice.
  conversation: async (source, ids) =>
    (await conversationRecords.load(source, ids, false)).map(
      ({ entity: { lines: _lines, ...told } }) => told,
    ),
  message: async (source, ids) =>
    (await messageRecords.load(source, ids, false)).map(({ entity }) => ({ ...entity })),
};

/** Loads entities of several kinds, one statement for each kind; keys are `<kind> <id>`. */
export async function loadWireEntities(
  source: Source,
  wanted: readonly { readonly kind: string; readonly id: string }[],
): Promise<ReadonlyMap<string, WireEntity>> {
  const found = new Map<string, WireEntity>();
  for (const [kind, each] of Map.groupBy(wanted, ({ kind }) => kind)) {
    if (!isFeedKind(kind)) continue;
    const entities = await LOADERS[kind](
      source,
      each.map(({ id }) => id),
    );
    for (const entity of entities) found.set(`${kind} ${entity.id}`, entity);
  }
  return found;
}

function isFeedKind(kind: string): kind is keyof typeof LOADERS {
  return Object.hasOwn(LOADERS, kind);
}
