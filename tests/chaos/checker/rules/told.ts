import type { DeviceEvidence } from "../evidence.ts";
import type { Rule } from "../rule.ts";

export const toldOnce: Rule = {
  id: "I8",
  means: "Everything that was queued ends in exactly one outcome, which the app hears.",
  how: "Each device's history is read from end to end: one outcome for each operation, never two that differ, none told again in the same life of the app or after the app said that it has it.",
  check: ({ devices }) => devices.flatMap(toldAmiss),
};

function toldAmiss({ name, lines }: DeviceEvidence): readonly string[] {
  const wrong: string[] = [];
  const heard = new Map<string, { readonly text: string; readonly life: number }>();
  const done = new Set<string>();
  let life = 0;
  for (const line of lines) {
    if (line.e === "open") life = line.life;
    if (line.e === "acknowledged") for (const id of line.ids) done.add(id);
    if (line.e !== "outcome") continue;
    const { id, status, code, output } = line.outcome;
    const text = JSON.stringify([status, code, output]);
    const before = heard.get(id);
    if (before !== undefined && before.text !== text)
      wrong.push(`${name} heard two outcomes of ${id}: ${before.text} and ${text}`);
    else if (done.has(id)) wrong.push(`${name} heard ${id} again after it had said that it has it`);
    else if (before?.life === life) wrong.push(`${name} heard ${id} twice in one life`);
    heard.set(id, { text, life });
  }
  return wrong;
}

/** ms of calm after which nothing may wait any more */
export const DRAIN_LIMIT_MS = 30_000;

export const drains: Rule = {
  id: "I9",
  means: "Once the faults stop, everything that waits gets through, and nobody has to sign in again.",
  how: `After the last fault each device has ${DRAIN_LIMIT_MS / 1000} seconds until nothing waits and everything new was read. A device that the server signed out is counted as stuck, also if it signs in again.`,
  check: ({ devices, rig }) => {
    const calm = rig.find((line) => line.e === "phase" && line.phase === "calm")?.at;
    if (calm === undefined) return ["there was no calm"];
    return devices.flatMap(({ name, lines }) => {
      const drained = lines.find((line) => line.e === "drained" && line.done && line.at >= calm);
      const wrong = lines.flatMap((line) =>
        line.e === "status" && line.state === "needs-sign-in"
          ? [`${name} was signed out: ${line.problem ?? ""}`]
          : [],
      );
      if (drained === undefined) wrong.push(`${name} never got everything through`);
      else if (drained.at - calm > DRAIN_LIMIT_MS)
        wrong.push(`${name} needed ${Math.round((drained.at - calm) / 1000)} s to get everything through`);
      return wrong;
    });
  },
};
