import type { DeviceEvidence } from "../evidence.ts";
import type { Rule } from "../rule.ts";
import { verdictOf } from "../story.ts";

export const keptOnDevice: Rule = {
  id: "I2",
  means: "What a device said is queued is never lost, however its process dies.",
  how: "Whenever a process of devices was started again, everything queued before had to be waiting or settled; in the end all of it is settled.",
  check({ devices, stories }) {
    const lost = devices.flatMap(lostAtOpening);
    for (const story of stories.values())
      if (story.told.length === 0)
        lost.push(`${story.id} (${story.operation.ref}) was queued and never heard of again`);
    return lost;
  },
};

function lostAtOpening({ name, lines }: DeviceEvidence): string[] {
  const pending = new Set<string>();
  const lost: string[] = [];
  for (const line of lines) {
    if (line.e === "queued") for (const { id } of line.operations) pending.add(id);
    if (line.e === "outcome") pending.delete(line.outcome.id);
    if (line.e === "moved") {
      for (const { from, to } of line.moves) if (pending.delete(from)) pending.add(to);
    }
    if (line.e !== "open") continue;
    const there = new Set([...line.waiting, ...line.outcomes.map(({ id }) => id)]);
    for (const id of pending) {
      if (there.has(id)) continue;
      lost.push(`${id} was queued on ${name} and is gone in its life ${line.life}`);
      pending.delete(id);
    }
  }
  return lost;
}

/** Types whose row has the operation's id. */
const CREATES: Readonly<Record<string, "appointments" | "patients" | "messages">> = {
  "appointment.book": "appointments",
  "message.send": "messages",
  "patient.register": "patients",
};

export const onceOnly: Rule = {
  id: "I3",
  means: "An operation takes effect once, however often it is sent.",
  how: "Every booking, registration and message carries a word of its own into its row; no word may stand in two rows, and none was queued under two numbers.",
  check({ rows, stories }) {
    const words = [
      ...rows.appointments.map(({ id, reason }) => [id, reason ?? ""] as const),
      ...rows.patients.map(({ id, name }) => [id, name] as const),
      ...rows.messages.map(({ id, text }) => [id, text ?? ""] as const),
    ];
    const found: string[] = [];
    const seen = new Map<string, string>();
    for (const [id, text] of words) {
      const word = wordIn(text);
      if (word === undefined) continue;
      const other = seen.get(word);
      if (other !== undefined) found.push(`${word} took effect twice: ${other} and ${id}`);
      seen.set(word, id);
    }
    const ids = new Map<string, string>();
    for (const { id, operation } of stories.values()) {
      const other = ids.get(operation.ref);
      if (other !== undefined) found.push(`${operation.ref} was queued twice: ${other} and ${id}`);
      ids.set(operation.ref, id);
    }
    return found;
  },
};

/** The word of its own at the end of a text, as `kingfisher d3-17`. */
export function wordIn(text: string): string | undefined {
  return /\b(d\d+-\d+)$/.exec(text)?.[1];
}

export const keptByServer: Rule = {
  id: "I4",
  means: "What the server said is done stays done, whatever crashes afterwards.",
  how: "Each time the database comes back after a kill, and once more in the end, everything devices were told of is looked for in the tables, before any device can offer it again: the operation with its verdict, and in the end also the row it made.",
  check({ rows, stories, rig }) {
    const operations = new Set(rows.operations.map(({ stream_id, number }) => `${stream_id}.${number}`));
    const made = {
      appointments: new Set(rows.appointments.map(({ id }) => id)),
      patients: new Set(rows.patients.map(({ id }) => id)),
      messages: new Set(rows.messages.map(({ id }) => id)),
    };
    const lost = rig.flatMap((line) =>
      line.e === "restarted"
        ? line.lost.map((id) => `${id} was acknowledged and gone when the database came back`)
        : [],
    );
    for (const story of stories.values()) {
      const verdict = verdictOf(story);
      if (verdict === undefined) continue;
      if (!operations.has(story.id))
        lost.push(`${story.id} (${verdict.status}) was acknowledged and is not stored`);
      const table = CREATES[story.operation.type];
      if (verdict.status === "applied" && table !== undefined && !made[table].has(story.id))
        lost.push(`${story.id} was acknowledged as applied and its row is gone`);
    }
    return lost;
  },
};
