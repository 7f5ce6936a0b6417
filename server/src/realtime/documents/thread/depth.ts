import * as Y from "yjs";

/** Where an item stands: how many types are around it. */
type Placed = ReadonlyMap<number, readonly Y.Item[]>;

/**
 * Says of new items that hold a type whether that would lie too deep. What holds an item may be in the document, or be new itself, and an item that names no
 * parent lies beside its neighbour. Followed in a loop, because such chains can be long.
 */
export function depthJudge(
  items: readonly Y.Item[],
  doc: Y.Doc,
  most: number,
): (item: Y.Item) => "too_deep" | "malformed" | undefined {
  let placed: Placed | undefined;
  const depths = new Map<Y.Item, number>();
  return (item) => {
    placed ??= byClient(items);
    const depth = depthOf(item, placed, depths, doc);
    if (depth === undefined) return "malformed";
    // The type that it holds is one deeper than itself.
    return depth + 1 > most ? "too_deep" : undefined;
  };
}

function byClient(items: readonly Y.Item[]): Placed {
  const placed = new Map<number, Y.Item[]>();
  for (const item of items) {
    const known = placed.get(item.id.client);
    if (known === undefined) placed.set(item.id.client, [item]);
    else known.push(item);
  }
  return placed;
}

/** Types around an item; `undefined` where the chain goes in a circle. */
function depthOf(start: Y.Item, placed: Placed, depths: Map<Y.Item, number>, doc: Y.Doc): number | undefined {
  const trail: Array<readonly [item: Y.Item, deeper: number]> = [];
  const seen = new Set<Y.Item>();
  let item = start;
  let found: number;
  for (;;) {
    const known = depths.get(item);
    if (known !== undefined) {
      found = known;
      break;
    }
    if (seen.has(item)) return undefined;
    seen.add(item);
    const next = holderOf(item);
    trail.push([item, next?.deeper ?? 0]);
    if (next === undefined) {
      found = 1;
      break;
    }
    const holder = findNew(placed, next.id);
    if (holder === undefined) {
      found = depthInDocument(doc, next.id);
      break;
    }
    item = holder;
  }
  for (const [each, deeper] of trail.toReversed()) depths.set(each, (found += deeper));
  return depths.get(start);
}

/** The item whose place says where this one lies; `undefined` at the root. */
function holderOf({
  parent,
  origin,
  rightOrigin,
}: Y.Item): { readonly id: Y.ID; readonly deeper: 0 | 1 } | undefined {
  if (parent instanceof Y.ID) return { id: parent, deeper: 1 };
  const beside = origin ?? rightOrigin;
  return parent === null && beside !== null ? { id: beside, deeper: 0 } : undefined;
}

function findNew(placed: Placed, { client, clock }: Y.ID): Y.Item | undefined {
  const items = placed.get(client) ?? [];
  let low = 0;
  let high = items.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item === undefined) return undefined;
    if (clock < item.id.clock) high = middle - 1;
    else if (clock >= item.id.clock + item.length) low = middle + 1;
    else return item;
  }
  return undefined;
}

function depthInDocument(doc: Y.Doc, id: Y.ID): number {
  const struct: unknown = Y.getItem(doc.store, id);
  let depth = 0;
  let parent: unknown = struct instanceof Y.Item ? struct.parent : undefined;
  while (parent instanceof Y.AbstractType) {
    depth += 1;
    parent = parent._item?.parent;
  }
  // Of what was cleared away nothing is left to be deep.
  return Math.max(1, depth);
}
