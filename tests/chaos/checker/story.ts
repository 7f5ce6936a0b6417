import type { HeardOutcome, QueuedOperation } from "../history.ts";
import type { DeviceEvidence, Evidence } from "./evidence.ts";

/** One operation over the whole run, put together from one device's history. */
export interface StoryOfOperation {
  readonly device: string;
  readonly id: string;
  readonly operation: QueuedOperation;
  readonly batch: number;
  readonly queuedAt: number;
  /** all outcomes that were told of it, with the life of the device's process in which it heard them */
  readonly told: ReadonlyArray<{
    readonly at: number;
    readonly life: number;
    readonly outcome: HeardOutcome;
  }>;
}

/** Every operation that a device was told is safe, by id. An operation that moved to another stream is found under its last id. */
export function storiesOf({ devices }: Pick<Evidence, "devices">): ReadonlyMap<string, StoryOfOperation> {
  const stories = new Map<string, StoryOfOperation>();
  for (const device of devices) for (const story of storiesOfDevice(device)) stories.set(story.id, story);
  return stories;
}

function storiesOfDevice({ name, lines }: DeviceEvidence): readonly StoryOfOperation[] {
  const told = new Map<string, Array<StoryOfOperation["told"][number]>>();
  const stories = new Map<string, StoryOfOperation>();
  let life = 0;
  const tell = (at: number, outcome: HeardOutcome): void => {
    const list = told.get(outcome.id) ?? [];
    list.push({ at, life, outcome });
    told.set(outcome.id, list);
  };
  for (const line of lines) {
    if (line.e === "open") life = line.life;
    else if (line.e === "outcome") tell(line.at, line.outcome);
    else if (line.e === "queued") {
      for (const operation of line.operations) {
        const { id } = operation;
        stories.set(id, { device: name, id, operation, batch: line.batch, queuedAt: line.at, told: [] });
      }
    } else if (line.e === "moved") {
      for (const { from, to } of line.moves) {
        const story = stories.get(from);
        if (story === undefined) continue;
        stories.delete(from);
        stories.set(to, { ...story, id: to });
      }
    }
  }
  return [...stories.values()].map((story) => ({ ...story, told: told.get(story.id) ?? [] }));
}

/** The last that was told of an operation. */
export function verdictOf(story: StoryOfOperation | undefined): HeardOutcome | undefined {
  return story?.told.at(-1)?.outcome;
}
