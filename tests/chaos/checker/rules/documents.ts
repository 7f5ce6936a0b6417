import { marksIn, scrapsIn } from "../../document-copy.ts";
import type { DocumentCopy, DocumentView } from "../../history.ts";
import { type DocumentStories, partsOf, type StoryOfEdit } from "../document-stories.ts";
import type { DeviceEvidence } from "../evidence.ts";
import type { Rule } from "../rule.ts";

export const documentsKept: Rule = {
  id: "D1",
  means:
    "What a device said is kept of a document is never lost, however its process dies, and gets through once there is a line.",
  how: "Each edit is a mark of its own. Whenever another process opens a document again, the marks kept before must be there; in the end each edit that was kept is in the tables and in what each server gives a reader who has nothing. Only what came too late (the conversation was closed or given to somebody else meanwhile) may still be waiting.",
  check({ documents, devices }) {
    const { stories, rights } = documents;
    const lost = stories
      .filter(({ kept, device, document }) => kept && rights.of(device, document) === "write")
      .flatMap((story) =>
        documents
          .copies(story.document)
          .flatMap(([where, copy]) =>
            documents.isShown(story.edit, copy) ? [] : [`${told(story)} was kept and is not ${where}`],
          ),
      );
    return [
      ...lost,
      ...devices.flatMap((device) => lostAtReopening(device, documents)),
      ...devices.flatMap((device) => leftBehind(device, documents)),
    ];
  },
};

export const documentsConverge: Rule = {
  id: "D2",
  means: "When all is calm, everybody who has a document has the same: content and state vector.",
  how: "What each device shows that has it open, what each server gives a reader who has nothing, and what the tables say are compared, word by word and clock by clock. Who may not see it is given nothing.",
  check: ({ documents, devices }) =>
    devices.flatMap(({ name, view }) =>
      (view?.documents ?? []).flatMap((each) => {
        const sees = documents.rights.of(name, each.document) !== "nothing";
        return [
          ...wronglyAnswered(name, each, sees),
          ...(sees ? differing(name, each, documents.stored(each.document)) : []),
        ];
      }),
    ),
};

export const documentsOnce: Rule = {
  id: "D3",
  means: "Nothing stands twice in a document, and nothing is torn.",
  how: "Each mark is written once, so it may stand once in all documents together; between the words of a text nothing may be left over.",
  check: ({ rows: { documents } }) => {
    const seen = new Map<string, string>();
    return documents.flatMap(({ document, copy }) => {
      const twice = marksIn(copy).flatMap(({ mark, place }) => {
        const other = seen.get(mark);
        seen.set(mark, `a ${place} of ${document}`);
        return other === undefined ? [] : [`${mark} is ${other} and a ${place} of ${document}`];
      });
      const scraps = scrapsIn(copy);
      return scraps === "" ? twice : [...twice, `a word of ${document} is torn: ${scraps}`];
    });
  },
};

export const documentsStored: Rule = {
  id: "D4",
  means:
    "What the SDK said is at the server is there from then on, whether or not the writer ever comes back.",
  how: "Every few seconds, each time the database comes back after a kill (before any device can reach a server and mend it), and in the end, all edits that devices were told of are looked for in the tables. Some are written on phones that are used once.",
  check({ documents, rig }) {
    const gone = new Set(rig.flatMap((line) => (line.e === "documents" ? line.lost : [])));
    const during = [...gone].map((edit) => `${edit} was said to be at the server and was not there`);
    const inTheEnd = documents.stories.flatMap((story) =>
      story.stored && !documents.isShown(story.edit, documents.stored(story.document))
        ? [`${told(story)} was said to be at the server and is gone in the end`]
        : [],
    );
    return [...during, ...inTheEnd];
  },
};

export const documentsAllowed: Rule = {
  id: "D5",
  means: "In a document is what those wrote who may write it, and nothing else.",
  how: "Every mark must have been written by a device, at that place of that document, in its organisation; in notes by the doctor. Others try it through the SDK, which must throw, and past it, which the server must refuse.",
  check({ documents: { stories, rights }, devices, rows }) {
    const written = new Map(
      stories.flatMap((story) => (story.edit.does === "writes" ? [[story.edit.mark, story]] : [])),
    );
    const strange = rows.documents.flatMap(({ document, copy }) =>
      marksIn(copy).flatMap(({ mark, place }) => {
        const story = written.get(mark);
        return story?.document === document && story.edit.place === place && !story.refused
          ? []
          : [`nobody wrote ${mark}, a ${place} of ${document}`];
      }),
    );
    const views = new Map(devices.map(({ name, view }) => [name, view]));
    const notHers = stories.flatMap((story) => {
      const view = views.get(story.device);
      if (view === undefined || !(story.kept || story.stored)) return [];
      const tenant = rights.tenantOf(story.document);
      const reads = partsOf(story.document).kind === "notes" && view.account.role !== "doctor";
      return reads || (tenant !== undefined && tenant !== view.tenant)
        ? [`${told(story)} was taken, and is not hers to write`]
        : [];
    });
    return [...strange, ...notHers, ...devices.flatMap(forcedIn)];
  },
};

function forcedIn({ name, lines }: DeviceEvidence): readonly string[] {
  return lines.flatMap((line) =>
    line.e === "forced" && line.taken ? [`${name} wrote ${line.mark} in ${line.document} past the SDK`] : [],
  );
}

function told({ device, document, edit }: StoryOfEdit): string {
  const what = edit.does === "writes" ? "writes" : "strikes out";
  return `${device} ${what} ${edit.mark}, a ${edit.place} of ${document}: it`;
}

function lostAtReopening({ name, lines }: DeviceEvidence, { struck }: DocumentStories): readonly string[] {
  const kept = new Map<string, string>();
  return lines.flatMap((line) => {
    if (line.e === "kept")
      for (const { does, mark } of line.edits) if (does === "writes") kept.set(mark, line.document);
    if (line.e !== "reopened") return [];
    const there = new Set(line.marks);
    return [...kept].flatMap(([mark, document]) =>
      document !== line.document || there.has(mark) || struck.has(mark)
        ? []
        : [`${mark} was kept on ${name} and is gone from ${document} when it is opened again`],
    );
  });
}

/** What comes too late is refused like this. */
const TOO_LATE = new Set(["forbidden", "not_found"]);

function leftBehind({ name, lines }: DeviceEvidence, { rights }: DocumentStories): readonly string[] {
  const last = lines.findLast((line) => line.e === "documentsDrained");
  const edited = lines.some(({ e }) => e === "editing");
  if (last === undefined) return edited ? [`${name} never got its documents through`] : [];
  return [
    ...last.left.flatMap(({ document, problem }) =>
      TOO_LATE.has(problem) && rights.of(name, document) !== "write"
        ? []
        : [`${name} still has something waiting in ${document}: ${problem}`],
    ),
    ...lines.flatMap((line) =>
      line.e === "documentsDrained"
        ? line.byHand.map((document) => `${name} sent ${document} only when somebody opened it`)
        : [],
    ),
  ];
}

const NOT_FOR_HER = new Set([403, 404]);

function wronglyAnswered(name: string, { document, fresh }: DocumentView, sees: boolean): readonly string[] {
  return fresh.flatMap((answer) => {
    const given = typeof answer !== "number";
    if (given === sees && (given || NOT_FOR_HER.has(answer))) return [];
    return [`${name} is ${given ? "given" : `answered ${answer} about`} ${document}`];
  });
}

function differing(name: string, view: DocumentView, stored: DocumentCopy): readonly string[] {
  const { document, fresh, shown, waiting } = view;
  const wanted = JSON.stringify(stored);
  const copies = [
    ...fresh.map((copy) => [`${name} is given`, copy] as const),
    // Who has something that came too late has more than everybody else.
    ...(shown === undefined || waiting ? [] : [[`${name} shows`, shown] as const]),
  ];
  return copies.flatMap(([who, copy]) => {
    const text = JSON.stringify(copy);
    return typeof copy === "number" || text === wanted
      ? []
      : [`${who} ${document} as ${text} instead of ${wanted}`];
  });
}
