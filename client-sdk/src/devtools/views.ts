import type { Kind } from "@healthbridge/schema/client";
import type { Held } from "../replica/query.ts";
import { describeStatus } from "../sync/status.ts";
import { MOST_ROWS, type Picture } from "./picture.ts";
import { whyItWaits } from "./why-it-waits.ts";
import { bytesOf, dayAndTimeOf, timeOf } from "./words.ts";

/** How something is: a colour, beside the word that says it. */
export type Tone = "good" | "waits" | "bad" | "plain";

/** One line of what is shown, which opens to show all of it. */
export interface Row {
  readonly key: string;
  readonly title: string;
  readonly badge?: readonly [word: string, tone: Tone] | undefined;
  readonly facts: readonly string[];
  /** shown when the line is opened; without it there is nothing to open */
  readonly detail?: unknown;
}

/** What of the entities is asked for. */
export interface EntityQuestion {
  readonly kind: Kind | undefined;
  /** part of what is in them, in upper or lower case */
  readonly text: string;
}

/** One of the pages of an inspector. */
export interface View {
  readonly id: ViewId;
  readonly name: string;
  /** how many lines it has; none where that says nothing */
  readonly count: (picture: Picture) => number | undefined;
  readonly rows: (picture: Picture, question: EntityQuestion) => readonly Row[];
  /** said where there are no lines */
  readonly empty: (picture: Picture) => string;
}

export type ViewId = "queue" | "outcomes" | "entities" | "feeds" | "requests" | "status";

const SHORT_ID = 8;

/** The first status of HTTP that is no success. */
const NOT_OK = 300;

/** The pages, in their order. */
export const VIEWS: readonly View[] = [
  {
    id: "queue",
    name: "Queue",
    count: ({ queue }) => queue.length,
    rows: queueRows,
    empty: () => "Nothing waits to be sent.",
  },
  {
    id: "outcomes",
    name: "Outcomes",
    count: ({ outcomes }) => outcomes.length,
    rows: outcomeRows,
    empty: () => "Every outcome was acknowledged.",
  },
  {
    id: "entities",
    name: "Entities",
    count: ({ entities }) => entities.reduce((sum, [, held]) => sum + held.length, 0),
    rows: entityRows,
    empty: ({ entities }) => (entities.length === 0 ? "This device holds nothing." : "Nothing matches."),
  },
  {
    id: "feeds",
    name: "Feeds",
    count: ({ feeds }) => feeds?.feeds.length,
    rows: feedRows,
    empty: ({ feeds }) => (feeds === undefined ? "Hand in `store` to see feeds." : "No feed was read yet."),
  },
  {
    id: "requests",
    name: "Requests",
    count: ({ requests }) => requests?.length,
    rows: requestRows,
    empty: ({ requests }) =>
      requests === undefined
        ? "Open the device with a runtime of `inspectable()`, and hand it in, to see requests."
        : "Nothing was asked yet.",
  },
  { id: "status", name: "Status", count: () => undefined, rows: statusRows, empty: () => "" },
];

function queueRows({ queue, status }: Picture): readonly Row[] {
  const rows = queue.slice(0, MOST_ROWS).map((each): Row => ({
    key: each.id,
    title: each.type,
    badge: [each.lane, "waits"],
    facts: [
      whyItWaits(each, { status, queue, after: each.after }, timeOf),
      `queued ${dayAndTimeOf(each.madeAt)}`,
      ...(each.forecast === "unknown" ? [] : [`forecast: ${each.forecast}`]),
      each.id,
    ],
    detail: each,
  }));
  return withRest(rows, queue.length, "the export has them all");
}

function outcomeRows({ outcomes }: Picture): readonly Row[] {
  const rows = outcomes.slice(0, MOST_ROWS).map((each): Row => ({
    key: each.id,
    title: each.type,
    badge: [each.status, each.status === "applied" ? "good" : "bad"],
    facts: [
      ...(each.problem === undefined ? [] : [each.problem.code]),
      ...(each.output === undefined ? [] : ["not as asked: see its output"]),
      `queued ${dayAndTimeOf(each.madeAt)}`,
      each.id,
    ],
    detail: each,
  }));
  return withRest(rows, outcomes.length, "the export has them all");
}

/** Says that there are more than are shown. */
function withRest(rows: readonly Row[], all: number, words: string): readonly Row[] {
  if (all <= rows.length) return rows;
  return [...rows, { key: "more", title: `${all - rows.length} more`, facts: [words] }];
}

function entityRows({ entities }: Picture, { kind, text }: EntityQuestion): readonly Row[] {
  const wanted = text.toLowerCase();
  const found = entities
    .filter(([each]) => kind === undefined || kind === each)
    .flatMap(([each, held]) => held.map((entity) => ({ each, entity })))
    .filter(({ entity }) => wanted === "" || JSON.stringify(entity).toLowerCase().includes(wanted));
  const rows = found.slice(0, MOST_ROWS).map(({ each, entity }): Row => {
    const badge = entity.confirmed === true ? "certain, waits" : "waits";
    return {
      key: `${each}:${entity.id}`,
      title: nameOf(entity),
      ...(entity.waiting === true && { badge: [badge, "waits"] as const }),
      facts: [each, entity.id],
      detail: entity,
    };
  });
  return withRest(rows, found.length, "name a kind or a text");
}

/** What people call it; of a day sheet, its date. */
function nameOf(entity: Held<Kind>): string {
  if ("name" in entity && entity.name !== undefined) return entity.name;
  if ("start" in entity) return entity.start;
  const [id, date] = entity.id.split("/");
  return date ?? id?.slice(0, SHORT_ID) ?? "";
}

function feedRows({ feeds }: Picture): readonly Row[] {
  if (feeds === undefined) return [];
  const { asked, denied } = feeds;
  const known = new Set([...feeds.feeds.map(({ name }) => name), ...denied]);
  return [
    ...feeds.feeds.map((each): Row => {
      const { name, handle, cursor, begun, complete } = each;
      return {
        key: name,
        title: name,
        badge: complete ? ["complete", "good"] : ["being read", "waits"],
        facts: [
          `read up to ${cursor}`,
          ...(begun === undefined ? [] : [`reading it from its beginning began at ${begun}`]),
          `handle ${handle}`,
          ...(asked.includes(name) ? ["asked for by the app"] : []),
        ],
      };
    }),
    ...denied.map((name): Row => ({ key: name, title: name, badge: ["refused", "bad"], facts: [] })),
    ...asked
      .filter((name) => !known.has(name))
      .map((name): Row => ({
        key: name,
        title: name,
        badge: ["asked for", "waits"],
        facts: ["comes with the next sync"],
      })),
  ];
}

function requestRows({ requests = [] }: Picture): readonly Row[] {
  return requests.map((each) => {
    const { number, at, method, path, sent, received, ms, status, state, problem } = each;
    const word = status === undefined ? state : String(status);
    // Of an answer that is not ours nobody reads the rest.
    const bad = state === "failed" || (status ?? 0) >= NOT_OK;
    const tone: Tone = bad ? "bad" : state === "under way" ? "waits" : "good";
    return {
      key: String(number),
      title: `${method} ${path}`,
      badge: [word, tone],
      facts: [
        timeOf(at),
        `${bytesOf(sent)} up, ${bytesOf(received)} down`,
        ...(ms === undefined ? [] : [`${ms} ms`]),
        ...(problem === undefined ? [] : [problem]),
      ],
    };
  });
}

function statusRows({ status, line, problem }: Picture): readonly Row[] {
  const {
    state,
    started,
    account,
    waiting,
    lastSuccess,
    lastProblem,
    bytesSent,
    bytesReceived,
    nextAttempt,
  } = status;
  const rows: ReadonlyArray<readonly [title: string, ...facts: string[]]> = [
    ["In words", describeStatus(status)],
    ["State", state, started ? "syncs by itself" : "syncs only when it is told to"],
    [
      "Account",
      account === undefined ? "nobody is signed in" : `${account.name} (${account.login}), ${account.role}`,
    ],
    ["Waiting", `${waiting.urgent} urgent, ${waiting.normal} normal, ${waiting.bulk} in bulk`],
    ["Last success", lastSuccess === undefined ? "none since it was opened" : dayAndTimeOf(lastSuccess)],
    ["Last problem", ...(lastProblem === undefined ? ["none"] : problemFacts(lastProblem))],
    ["Next attempt", nextAttempt === undefined ? "none is planned" : timeOf(nextAttempt)],
    ["Bytes of bodies", `${bytesOf(bytesSent)} up`, `${bytesOf(bytesReceived)} down`],
    ["Network", line ?? "as it is: it cannot be switched here"],
    ...(problem === undefined ? [] : [["Could not be read", problem] as const]),
  ];
  return rows.map(([title, ...facts]) => ({ key: title, title, facts }));
}

function problemFacts({
  code,
  detail,
  at,
}: NonNullable<Picture["status"]["lastProblem"]>): readonly string[] {
  return [code, ...(detail === undefined ? [] : [detail]), dayAndTimeOf(at)];
}
