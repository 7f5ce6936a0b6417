import type { DeviceLine, Glimpse } from "../../history.ts";
import type { Case, Rule } from "../rule.ts";
import { type StoryOfOperation, verdictOf } from "../story.ts";

/** A counter's place in the order; what is no counter's number stands before all. */
function countOf(shown: unknown): number {
  return typeof shown === "string" && /^n\d+$/.test(shown) ? Number(shown.slice(1)) : -1;
}

/** The operations that count a patient's card up, in the order in which they were queued. */
function countsOf({ stories }: Case): ReadonlyMap<string, readonly StoryOfOperation[]> {
  const counts = [...stories.values()].filter(
    ({ operation: { type, input } }) => type === "patient.update" && countOf(input["cardNumber"]) > 0,
  );
  return Map.groupBy(counts, ({ operation }) => String(operation.input["patient"]));
}

export const inOrder: Rule = {
  id: "I10",
  means:
    "What a device does to the same thing happens in the order in which it was done; only what was said to depend on a failed operation fails with it.",
  how: "Each device counts a number on one patient's card up, which no other device touches: read from the side it may only grow, and must end at the last number that was confirmed. `after` is held against the outcomes it names.",
  check(one) {
    return [...countersEnd(one), ...countersGrow(one), ...dependants(one)];
  },
};

function countersEnd(one: Case): readonly string[] {
  const cards = new Map(one.rows.patients.map(({ id, card_number }) => [id, card_number]));
  return [...countsOf(one)].flatMap(([patient, stories]) => {
    const applied = stories.filter((story) => verdictOf(story)?.status === "applied");
    const last = Math.max(0, ...applied.map(({ operation }) => countOf(operation.input["cardNumber"])));
    const shown = countOf(cards.get(patient));
    return shown === last
      ? []
      : [`the counter of ${patient} ends at ${shown}, the last that was confirmed is ${last}`];
  });
}

function countersGrow({ rig }: Case): readonly string[] {
  const last = new Map<string, number>();
  return rig.flatMap((line) =>
    line.e !== "poll"
      ? []
      : Object.entries(line.counters).flatMap(([patient, shown]) => {
          const before = last.get(patient) ?? -1;
          const now = countOf(shown);
          last.set(patient, now);
          return now < before ? [`the counter of ${patient} went back from ${before} to ${now}`] : [];
        }),
  );
}

function dependants({ stories }: Case): readonly string[] {
  return [...stories.values()].flatMap((story) => {
    const verdict = verdictOf(story);
    const named = story.operation.after ?? [];
    const failed = named.filter((id) => verdictOf(stories.get(id))?.status === "rejected");
    if (verdict?.status === "applied" && failed.length > 0)
      return [`${story.id} was applied though ${failed.join(", ")}, which it names, failed`];
    if (verdict?.code === "dependency_failed" && failed.length === 0)
      return [`${story.id} failed with a dependency that did not fail`];
    return [];
  });
}

const FINISHED = 3;
/** A check-in can be taken back, and who waits can be offered a time and let it pass: these are of one rank. */
const RANK: Readonly<Record<string, number>> = {
  pending: 0,
  waitlist: 0,
  booked: 1,
  arrived: 1,
  fulfilled: FINISHED,
  cancelled: FINISHED,
  expired: FINISHED,
};

export const readsOwnWrites: Rule = {
  id: "I12",
  means:
    "A device never sees an older state than it saw before, and always its own confirmed work; so does whoever asks the servers.",
  how: "What devices show is noted during the run, and several servers are asked in turns over HTTP: counters may not fall, appointments may not go back, and what a device was told must be on its screen.",
  check(one) {
    const counts = countsOf(one);
    return [
      ...one.devices.flatMap(({ name, lines }) => [
        ...goesBack(name, glimpsesIn(lines)),
        ...missesOwn(name, lines, counts),
      ]),
      ...goesBack(
        "the servers",
        one.rig.flatMap((line) => (line.e === "get" ? line.glimpses : [])),
      ),
    ];
  },
};

function glimpsesIn(lines: readonly DeviceLine[]): readonly Glimpse[] {
  return lines.flatMap((line) => (line.e === "glimpse" ? line.glimpses : []));
}

function goesBack(who: string, glimpses: readonly Glimpse[]): readonly string[] {
  const last = new Map<string, string>();
  const wrong: string[] = [];
  for (const { kind, id, shows, waiting } of glimpses) {
    if (waiting) continue;
    const before = last.get(id);
    last.set(id, shows);
    if (before !== undefined && before !== shows && isOlder(kind, shows, before))
      wrong.push(`${who} showed ${id} as ${before}, then as ${shows}`);
  }
  return wrong;
}

function isOlder(kind: Glimpse["kind"], now: string, before: string): boolean {
  if (kind === "patient") return countOf(now) < countOf(before);
  const [is, was] = [RANK[now] ?? 0, RANK[before] ?? 0];
  return is < was || (is === was && is === FINISHED);
}

function missesOwn(
  name: string,
  lines: readonly DeviceLine[],
  counts: ReadonlyMap<string, readonly StoryOfOperation[]>,
): readonly string[] {
  const confirmed = new Map<string, number>();
  const numbers = new Map(
    [...counts].flatMap(([patient, stories]) =>
      stories.map(
        (story) => [story.id, { patient, number: countOf(story.operation.input["cardNumber"]) }] as const,
      ),
    ),
  );
  const wrong: string[] = [];
  for (const line of lines) {
    if (line.e === "outcome" && line.outcome.status === "applied") {
      const counted = numbers.get(line.outcome.id);
      if (counted !== undefined)
        confirmed.set(counted.patient, Math.max(counted.number, confirmed.get(counted.patient) ?? 0));
    }
    if (line.e !== "glimpse") continue;
    for (const { kind, id, shows } of line.glimpses) {
      if (kind === "appointment" && shows === "nothing")
        wrong.push(`${name} was told that ${id} is booked and does not show it`);
      if (kind === "patient" && countOf(shows) < (confirmed.get(id) ?? -1))
        wrong.push(`${name} shows ${shows} on ${id} after ${confirmed.get(id) ?? 0} was confirmed`);
    }
  }
  return wrong;
}
