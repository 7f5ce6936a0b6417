import { DocumentStories } from "./document-stories.ts";
import type { Evidence } from "./evidence.ts";
import type { Rule, Violation } from "./rule.ts";
import { clocksDoNotMatter, poisonAlone, tenantsApart } from "./rules/apart.ts";
import { convergence } from "./rules/convergence.ts";
import {
  documentsAllowed,
  documentsConverge,
  documentsKept,
  documentsOnce,
  documentsStored,
} from "./rules/documents.ts";
import { keptByServer, keptOnDevice, onceOnly } from "./rules/kept.ts";
import { oneBooking } from "./rules/one-booking.ts";
import { messagesInOrder } from "./rules/messages.ts";
import { inOrder, readsOwnWrites } from "./rules/order.ts";
import { drains, toldOnce } from "./rules/told.ts";
import { stable, truthful } from "./rules/truthful.ts";
import { storiesOf, verdictOf } from "./story.ts";

export const RULES: readonly Rule[] = [
  oneBooking,
  keptOnDevice,
  onceOnly,
  keptByServer,
  truthful,
  stable,
  convergence,
  toldOnce,
  drains,
  inOrder,
  messagesInOrder,
  readsOwnWrites,
  tenantsApart,
  poisonAlone,
  clocksDoNotMatter,
  documentsKept,
  documentsConverge,
  documentsOnce,
  documentsStored,
  documentsAllowed,
];

/** Invariants whose subject does not exist yet, or that another test proves. */
export const NOT_HERE: ReadonlyMap<string, string> = new Map([
  ["I15", "holds that expire: not built yet"],
  ["I16", "devices of an older version: there is only one version yet"],
  ["I18", "a server restored from a backup: by the simulator, not by this rig"],
]);

/** What the report and the closing line tell in numbers. */
export interface Findings {
  readonly violations: readonly Violation[];
  readonly queued: number;
  readonly acknowledged: number;
  readonly applied: number;
  readonly rejected: ReadonlyMap<string, number>;
  readonly byType: ReadonlyMap<string, number>;
  readonly replayed: number;
  readonly searchedCharacters: number;
  readonly glimpses: number;
  readonly messages: number;
  readonly conversations: number;
  readonly edits: EditFigures;
}

/** What was done in documents, in numbers. */
export interface EditFigures {
  /** documents in which anything is written */
  readonly documents: number;
  /** marks written and struck out, as far as devices said that they are kept or at the server */
  readonly kept: number;
  readonly stored: number;
  /** of these on phones that never came back */
  readonly byVisitors: number;
  /** thrown by the SDK where they were made, or sent past it in vain */
  readonly refused: number;
  /** copies that servers gave to readers who had nothing, and that devices showed */
  readonly compared: number;
}

export function check(evidence: Evidence): Findings {
  const stories = storiesOf(evidence);
  const documents = new DocumentStories(evidence);
  const one = { ...evidence, stories, documents };
  const violations = RULES.flatMap((rule) => rule.check(one).map((what) => ({ rule: rule.id, what })));
  const all = [...stories.values()];
  const verdicts = all.flatMap((story) => verdictOf(story) ?? []);
  const lines = evidence.devices.flatMap((device) => device.lines);
  return {
    violations,
    queued: all.length,
    acknowledged: verdicts.length,
    applied: verdicts.filter(({ status }) => status === "applied").length,
    rejected: tally(verdicts.flatMap(({ code }) => code ?? [])),
    byType: tally(all.map(({ operation }) => operation.type)),
    replayed: lines.filter(({ e }) => e === "replay").length,
    searchedCharacters: lines.reduce((sum, line) => sum + (line.e === "searched" ? line.characters : 0), 0),
    messages: evidence.rows.messages.length,
    conversations: evidence.rows.conversations.length,
    edits: editFigures(documents, evidence),
    glimpses: lines.reduce((sum, line) => sum + (line.e === "glimpse" ? line.glimpses.length : 0), 0),
  };
}

function editFigures({ stories }: DocumentStories, { devices, rows }: Evidence): EditFigures {
  const count = (which: (story: (typeof stories)[number]) => boolean): number => stories.filter(which).length;
  const forced = devices.flatMap(({ lines }) => lines.filter((line) => line.e === "forced" && !line.taken));
  const views = devices.flatMap(({ view }) => view?.documents ?? []);
  return {
    documents: rows.documents.length,
    kept: count(({ kept }) => kept),
    stored: count(({ stored }) => stored),
    byVisitors: count(({ stored, visitor }) => stored && visitor),
    refused: count(({ refused }) => refused) + forced.length,
    compared: views.reduce((sum, { fresh, shown }) => sum + fresh.length + (shown === undefined ? 0 : 1), 0),
  };
}

function tally(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Map([...counts].toSorted(([, left], [, right]) => right - left));
}
