/** Whether a plain value is nested deeper than so many levels, itself the first. Looks no further than it has to. */
export function jsonDeeperThan(value: unknown, most: number): boolean {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  return most === 0 || Object.values(value).some((each) => jsonDeeperThan(each, most - 1));
}
