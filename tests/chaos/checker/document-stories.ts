import { EMPTY_COPY, isMade, marksIn, type PlacedMark } from "../document-copy.ts";
import type { DocumentCopy, Edit } from "../history.ts";
import type { ConversationRow, DeviceEvidence, Evidence, Rows } from "./evidence.ts";
import { sideIn } from "./expected-view.ts";

/** One edit over the whole run, put together from one device's history. */
export interface StoryOfEdit {
  readonly device: string;
  readonly document: string;
  readonly edit: Edit;
  readonly kept: boolean;
  readonly stored: boolean;
  readonly refused: boolean;
  readonly visitor: boolean;
}

/** Every edit that was about to be made. */
function storiesOfEdits({ name: device, lines }: DeviceEvidence): readonly StoryOfEdit[] {
  const stories = new Map<string, StoryOfEdit>();
  for (const line of lines) {
    if (line.e !== "editing" && line.e !== "kept" && line.e !== "stored" && line.e !== "refused") continue;
    const { document, edits } = line;
    const visitor = line.e === "editing" && line.visitor === true;
    for (const edit of edits) {
      const key = `${edit.does} ${edit.mark}`;
      const before = stories.get(key);
      stories.set(key, {
        device,
        document,
        edit,
        kept: line.e === "kept" || before?.kept === true,
        stored: line.e === "stored" || before?.stored === true,
        refused: line.e === "refused" || before?.refused === true,
        visitor: visitor || before?.visitor === true,
      });
    }
  }
  return [...stories.values()];
}

/** Marks that somebody has struck out, or may have. */
function struckIn(stories: readonly StoryOfEdit[]): ReadonlySet<string> {
  return new Set(
    stories.flatMap(({ edit, refused }) => (edit.does === "strikes" && !refused ? [edit.mark] : [])),
  );
}

/** A copy, and where it was found. */
type FoundCopy = readonly [where: string, copy: DocumentCopy];

/** All that was done in documents, and what came of it. */
export class DocumentStories {
  readonly stories: readonly StoryOfEdit[];
  /** marks of which nothing can be said: somebody may have struck them out */
  readonly struck: ReadonlySet<string>;
  readonly rights: Rights;
  readonly #stored: ReadonlyMap<string, DocumentCopy>;
  readonly #given: ReadonlyMap<string, readonly FoundCopy[]>;
  readonly #marks = new Map<DocumentCopy, readonly PlacedMark[]>();

  constructor({ devices, rows }: Evidence) {
    this.stories = devices.flatMap(storiesOfEdits);
    this.struck = struckIn(this.stories);
    this.rights = new Rights(devices, rows);
    this.#stored = new Map(rows.documents.map(({ document, copy }) => [document, copy]));
    this.#given = givenTo(devices);
  }

  /** A document as the tables have it. */
  stored(document: string): DocumentCopy {
    return this.#stored.get(document) ?? EMPTY_COPY;
  }

  /** The same, and all that servers gave readers who had nothing. */
  copies(document: string): readonly FoundCopy[] {
    return [["in the tables", this.stored(document)], ...(this.#given.get(document) ?? [])];
  }

  /** Whether a copy shows an edit, as far as that can be said. */
  isShown(edit: Edit, copy: DocumentCopy): boolean {
    if (edit.does === "writes" && this.struck.has(edit.mark)) return true;
    const marks = this.#marks.get(copy) ?? marksIn(copy);
    this.#marks.set(copy, marks);
    return isMade(edit, marks);
  }
}

function givenTo(devices: readonly DeviceEvidence[]): ReadonlyMap<string, readonly FoundCopy[]> {
  const given = new Map<string, FoundCopy[]>();
  for (const { name, view } of devices)
    for (const { document, fresh } of view?.documents ?? [])
      for (const copy of fresh)
        if (typeof copy !== "number")
          given.set(document, [...(given.get(document) ?? []), [`in what ${name} is given`, copy]]);
  return given;
}

/** What somebody may do with a document, worked out anew from the description of the rights. */
type Right = "nothing" | "read" | "write";

class Rights {
  readonly #rows: Rows;
  readonly #views: ReadonlyMap<string, DeviceEvidence["view"]>;
  readonly #patients: ReadonlyMap<string, Rows["patients"][number]>;
  readonly #conversations: ReadonlyMap<string, ConversationRow>;

  constructor(devices: readonly DeviceEvidence[], rows: Rows) {
    this.#rows = rows;
    this.#views = new Map(devices.map(({ name, view }) => [name, view]));
    this.#patients = new Map(rows.patients.map((row) => [row.id, row]));
    this.#conversations = new Map(rows.conversations.map((row) => [row.id, row]));
  }

  /** What a device's account may do with a document in the end. */
  of(device: string, document: string): Right {
    const view = this.#views.get(device);
    const { conversation, kind } = partsOf(document);
    const row = this.#conversations.get(conversation) ?? this.#begun(conversation);
    if (view === undefined || row === undefined) return "nothing";
    const { id: account, clinics, doctor } = view.account;
    const viewer = { tenant: view.tenant, account, clinics, doctor, follows: [] };
    const side = sideIn(viewer, row, this.#patients);
    if (side === undefined) return "nothing";
    if (kind === "notes" && side === "patient")
      // The clinic's people stand on the patient's side, and read.
      return clinics.length > 0 ? "read" : "nothing";
    return row.closed === null ? "write" : "read";
  }

  tenantOf(document: string): string | undefined {
    const { conversation } = partsOf(document);
    return (this.#conversations.get(conversation) ?? this.#begun(conversation))?.tenant_id;
  }

  /** A conversation in which nobody has written yet is as its appointment says. */
  #begun(id: string): ConversationRow | undefined {
    const row = this.#rows.appointments.find((each) => each.id === id);
    if (row === undefined) return undefined;
    const { tenant_id, patient_id, doctor_id } = row;
    const marks = { patient_delivered: null, patient_read: null, doctor_delivered: null, doctor_read: null };
    return { id, tenant_id, patient_id, doctor_id, line_count: 0, closed: null, ...marks };
  }
}

export function partsOf(document: string): { readonly conversation: string; readonly kind: string } {
  const dot = document.lastIndexOf(".");
  return { conversation: document.slice(0, dot), kind: document.slice(dot + 1) };
}
