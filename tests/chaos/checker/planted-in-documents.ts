import { copy, type HandMade, INTAKE, NOTES, writes } from "./hand-made.ts";
import { change, insert, type Planted } from "./plant.ts";

/** Everybody has another copy of the intake in the end. */
function everywhere(run: HandMade, more: Parameters<typeof copy>[0]): void {
  run.rows.documents = [{ document: INTAKE, copy: copy(more) }];
  show(run, { fresh: [copy(more), copy(more)], shown: copy(more) });
}

/** The device tells something else of the intake. */
function show(run: HandMade, more: Partial<HandMade["view"]["documents"][number]>): void {
  run.view.documents = run.view.documents.map((each) =>
    each.document === INTAKE ? { ...each, ...more } : each,
  );
}

/** The conversation of both documents is closed in the end. */
export function close(run: HandMade): void {
  run.rows.conversations = run.rows.conversations.map((row) => ({ ...row, closed: 1 }));
  run.view.entities["conversation"] = (run.view.entities["conversation"] ?? []).map((each) => ({
    ...each,
    closed: true,
  }));
}

/** What came too late for the server stays on the device. */
export function stays(run: HandMade, problem: string): void {
  const edits = [writes(8, "line")];
  insert(run, { at: 4_000, e: "editing", document: INTAKE, edits });
  insert(run, { at: 4_010, e: "kept", document: INTAKE, edits });
  change(run, "documentsDrained", () => ({ left: [{ document: INTAKE, problem }] }));
  show(run, { shown: copy({ lines: ["kingfisher d1~2", "kingfisher d1~8"] }), waiting: true });
}

/** One fault each, and the rule that must name it. */
export const PLANTED_IN_DOCUMENTS: readonly Planted[] = [
  ["D1", "an edit that was kept is nowhere in the end", (run) => everywhere(run, { text: "" })],
  [
    "D1",
    "an edit that was kept is in the tables, and a server does not give it",
    (run) => show(run, { fresh: [copy(), copy({ lines: [] })] }),
  ],
  [
    "D1",
    "what was struck out is there again",
    (run) => everywhere(run, { text: "[kingfisher d1~3][kingfisher d1~4]" }),
  ],
  [
    "D1",
    "a device forgot an edit when it was killed",
    (run) => change(run, "reopened", () => ({ marks: ["d1~1", "d1~3"] })),
  ],
  ["D1", "an edit waits for ever, and may be written", (run) => stays(run, "forbidden")],
  [
    "D1",
    "an edit waits because no server can be reached",
    (run) => {
      close(run);
      stays(run, "offline");
    },
  ],
  [
    "D1",
    "what nobody had open went only when somebody opened it",
    (run) => change(run, "documentsDrained", () => ({ byHand: [INTAKE] })),
  ],
  ["D1", "a device edited, and was never done", (run) => change(run, "documentsDrained", () => undefined)],
  ["D2", "a device lacks a line", (run) => show(run, { shown: copy({ lines: [] }) })],
  ["D2", "a device knows less of the same words", (run) => show(run, { shown: copy({ vector: "7:12" }) })],
  [
    "D2",
    "two servers give different texts",
    (run) => show(run, { fresh: [copy(), copy({ text: "[kingfisher d1~3] " })] }),
  ],
  ["D2", "a server does not give what may be seen", (run) => show(run, { fresh: [copy(), 404] })],
  [
    "D2",
    "a server gives what may not be seen",
    (run) => {
      run.rows.patients = run.rows.patients.map((row) => ({ ...row, clinic_id: null }));
    },
  ],
  [
    "D3",
    "a line is there twice",
    (run) => everywhere(run, { lines: ["kingfisher d1~2", "kingfisher d1~2"] }),
  ],
  [
    "D3",
    "one mark is in two documents",
    (run) =>
      void run.rows.documents.push({
        document: NOTES,
        copy: { vector: "7:1", fields: ["d1~1"], lines: [], text: "" },
      }),
  ],
  ["D3", "a word is torn", (run) => everywhere(run, { text: "[king[kingfisher d1~3]fisher d1~9" })],
  [
    "D4",
    "what a phone that never came back was told is kept is gone",
    (run) => everywhere(run, { fields: ["d1~1"] }),
  ],
  [
    "D4",
    "the database came back without an edit, which was mended afterwards",
    (run) => void run.rig.push({ at: 2_900, e: "documents", told: 3, lost: ["d1~2 of it"] }),
  ],
  [
    "D5",
    "somebody who only reads was told that her edit is kept",
    (run) => insert(run, { at: 4_000, e: "kept", document: NOTES, edits: [writes(5, "line")] }),
  ],
  ["D5", "an edit that was refused is there", (run) => everywhere(run, { fields: ["d1~1", "d1~5", "d1~6"] })],
  ["D5", "a server took what was sent past the SDK", (run) => change(run, "forced", () => ({ taken: true }))],
  [
    "D5",
    "what was sent past the SDK is there though no server said so",
    (run) =>
      void run.rows.documents.push({
        document: NOTES,
        copy: { vector: "7:1", fields: ["d1~7"], lines: [], text: "" },
      }),
  ],
  [
    "D5",
    "a mark is at another place than it was written",
    (run) => everywhere(run, { fields: ["d1~1", "d1~2", "d1~6"], lines: [] }),
  ],
  [
    "D5",
    "somebody wrote in another organisation's document",
    (run) => {
      run.rows.conversations = run.rows.conversations.map((row) => ({ ...row, tenant_id: "beta" }));
    },
  ],
];
