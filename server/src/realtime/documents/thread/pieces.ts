import * as encoding from "lib0/encoding";
import * as Y from "yjs";

type Struct = ReturnType<typeof Y.decodeUpdate>["structs"][number];

/** What one client has in a piece. */
interface Run {
  readonly client: number;
  readonly clock: number;
  readonly encoder: Y.UpdateEncoderV1;
  structs: number;
}

/**
 * Splits what a whole document says into updates of so many bytes at most, but for what cannot be halved, of which each needs nothing but those before it: whoever takes them one after another has something to do
 * while the next one is on its way, and nothing that waits. Deletes are left out.
 */
export function inPieces(update: Uint8Array, bytes: number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  // A piece that is not half full takes one more struct.
  const half = bytes / 2;
  let runs = new Map<number, Run>();
  let size = 0;
  const close = (): void => {
    if (runs.size > 0) pieces.push(written([...runs.values()]));
    runs = new Map();
    size = 0;
  };
  for (const struct of inOrder(queuesOf(update, half))) {
    const { client, clock } = struct.id;
    const run = runs.get(client) ?? { client, clock, encoder: new Y.UpdateEncoderV1(), structs: 0 };
    runs.set(client, run);
    const before = encoding.length(run.encoder.restEncoder);
    write(struct, run.encoder);
    run.structs += 1;
    size += encoding.length(run.encoder.restEncoder) - before;
    if (size >= half) close();
  }
  close();
  return pieces;
}

/** What is still to come of one client, in its order. */
interface Queue {
  readonly structs: Struct[];
  next: number;
}

type Queues = ReadonlyMap<number, Queue>;

function queuesOf(update: Uint8Array, bytes: number): Queues {
  const queues = new Map<number, Queue>();
  for (const struct of Y.decodeUpdate(update).structs) {
    const queue = queues.get(struct.id.client) ?? { structs: [], next: 0 };
    queues.set(struct.id.client, queue);
    for (const part of parts(struct, bytes)) queue.structs.push(part);
  }
  return queues;
}

/** Yjs merges what was written in a row: a long text is one struct. Halved until it is small, or cannot be halved. */
function parts(struct: Struct, bytes: number): readonly Struct[] {
  if (!(struct instanceof Y.Item) || struct.length === 1 || sizeOf(struct) <= bytes) return [struct];
  const at = middleOf(struct);
  if (at >= struct.length) return [struct];
  const { id, origin, rightOrigin, parent, parentSub, content } = struct;
  const { client, clock } = id;
  // What it takes off the content is in it no longer.
  const rest = content.splice(at);
  const last = Y.createID(client, clock + at - 1);
  const left = new Y.Item(id, null, origin, null, rightOrigin, parent, parentSub, content);
  const right = new Y.Item(
    Y.createID(client, clock + at),
    null,
    last,
    null,
    rightOrigin,
    parent,
    parentSub,
    rest,
  );
  return [...parts(left, bytes), ...parts(right, bytes)];
}

/** Between two characters: Yjs would replace both halves of one. */
function middleOf({ content, length }: Y.Item): number {
  const at = Math.floor(length / 2);
  const isPair = content instanceof Y.ContentString && /^[\uD800-\uDBFF]/.test(content.str.charAt(at - 1));
  return isPair ? at + 1 : at;
}

function sizeOf(struct: Struct): number {
  const encoder = new Y.UpdateEncoderV1();
  write(struct, encoder);
  return encoding.length(encoder.restEncoder);
}

/** Each behind what it stands beside or in. */
function* inOrder(queues: Queues): Generator<Struct> {
  for (const queue of queues.values()) {
    const path = [queue];
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const struct = last.structs[last.next];
      const before = struct instanceof Y.Item ? missing(struct, queues) : undefined;
      // What goes round in a circle no honest document has; Yjs would let it wait.
      if (before !== undefined && !path.includes(before)) {
        path.push(before);
        continue;
      }
      if (struct !== undefined) {
        last.next += 1;
        yield struct;
      }
      if (struct === undefined || path.length > 1) path.pop();
    }
  }
}

/** Whose next struct has to come first. */
function missing({ origin, rightOrigin, parent }: Y.Item, queues: Queues): Queue | undefined {
  return (
    holding(origin, queues) ??
    holding(rightOrigin, queues) ??
    holding(parent instanceof Y.ID ? parent : null, queues)
  );
}

function holding(id: Y.ID | null, queues: Queues): Queue | undefined {
  const queue = id === null ? undefined : queues.get(id.client);
  const upcoming = queue?.structs[queue.next];
  return id === null || upcoming === undefined || id.clock < upcoming.id.clock ? undefined : queue;
}

function write(struct: Struct, encoder: Y.UpdateEncoderV1): void {
  struct.write(encoder, 0);
}

function written(runs: readonly Run[]): Uint8Array {
  return encoding.encode((all) => {
    encoding.writeVarUint(all, runs.length);
    for (const { client, clock, structs, encoder } of runs) {
      encoding.writeVarUint(all, structs);
      encoding.writeVarUint(all, client);
      encoding.writeVarUint(all, clock);
      encoding.writeUint8Array(all, encoder.toUint8Array());
    }
    encoding.writeVarUint(all, 0);
  });
}
