/**
 * What a screen shows again should be the same object again: then nothing that reads it is rendered anew. Answers of the SDK are plain data, made afresh for each
 * question, so they are compared by what they say.
 */

/** Whether two values say the same. Arrays and plain objects are looked into; everything else is compared as it is. */
export function saysTheSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((each, at) => saysTheSame(each, right[at]));
  if (!isPlain(left) || !isPlain(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && saysTheSame(left[name], right[name]))
  );
}

/** The former value where the new one says the same. */
export function keepSame<T>(before: T | undefined, after: T): T {
  return before !== undefined && saysTheSame(before, after) ? before : after;
}

/** The former list where the new one says the same; else the new one, with each item that says the same as it did (found by its key) the former object. */
export function keepItems<T>(
  before: readonly T[] | undefined,
  after: readonly T[],
  keyOf: (item: T) => unknown,
): readonly T[] {
  if (before === undefined) return after;
  const known = new Map(before.map((item) => [keyOf(item), item]));
  const kept = after.map((item) => keepSame(known.get(keyOf(item)), item));
  return kept.length === before.length && kept.every((item, at) => Object.is(item, before[at]))
    ? before
    : kept;
}

/** The key of what has an id. */
export function idOf({ id }: { readonly id: string }): string {
  return id;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
