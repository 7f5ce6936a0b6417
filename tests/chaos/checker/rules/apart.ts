import type { Rule } from "../rule.ts";
import { type StoryOfOperation, verdictOf } from "../story.ts";

export const tenantsApart: Rule = {
  id: "I13",
  means: "Nothing of one organisation ever reaches another.",
  how: "Every name and reason carries its organisation's own word. Every answer a device receives is searched for the others' words, and so is everything it shows in the end.",
  check: ({ devices }) => {
    const words = new Map(
      devices.flatMap(({ view }) => (view === undefined ? [] : [[view.tenant, wordOf(view.entities)]])),
    );
    return devices.flatMap(({ name, lines, view }) => {
      const heard = lines.flatMap((line) => (line.e === "searched" ? line.found : []));
      const wrong = [...new Set(heard)].map(
        (word) => `${name} was sent ${word}, another organisation's word`,
      );
      if (view === undefined) return wrong;
      const text = JSON.stringify([view.entities, view.documents]);
      for (const [tenant, word] of words)
        if (tenant !== view.tenant && word !== undefined && text.includes(word))
          wrong.push(`${name} shows ${word} of ${tenant}`);
      return wrong;
    });
  },
};

/** An organisation's word begins every name of its own. */
function wordOf(entities: Readonly<Record<string, readonly object[]>>): string | undefined {
  for (const entity of entities["patient"] ?? [])
    if ("name" in entity && typeof entity.name === "string") return entity.name.split(" ")[0];
  return undefined;
}

/** What the database refuses, as the workload writes it. */
const isPoison = ({ operation }: StoryOfOperation): boolean => operation.input["village"] === "poison";

export const poisonAlone: Rule = {
  id: "I14",
  means: "An operation that breaks the server costs the others nothing.",
  how: "Some batches begin with a patient whom the database itself refuses: she must be set aside with the code `parked`, and nobody else.",
  check: ({ stories }) =>
    [...stories.values()].flatMap((story) => {
      const verdict = verdictOf(story);
      if (verdict === undefined) return [];
      const parked = verdict.code === "parked";
      if (isPoison(story) && !parked && verdict.code !== "dependency_failed")
        return [`${story.id} is poison and was told as ${verdict.code ?? verdict.status}`];
      return parked && !isPoison(story) ? [`${story.id} was set aside though nothing is wrong with it`] : [];
    }),
};

export const clocksDoNotMatter: Rule = {
  id: "I17",
  means: "A device whose clock is wrong works like any other.",
  how: "Devices' clocks are off by seconds, a day and ten years, both ways; all rules hold for them as for the others, and each of them must have got work done.",
  check: ({ devices }) =>
    devices.flatMap(({ name, lines }) => {
      const clock = lines.find((line) => line.e === "open")?.clock ?? 0;
      const queued = lines.some((line) => line.e === "queued");
      const applied = lines.some((line) => line.e === "outcome" && line.outcome.status === "applied");
      return clock !== 0 && queued && !applied
        ? [`${name}, whose clock is off by ${clock} ms, got nothing done`]
        : [];
    }),
};
