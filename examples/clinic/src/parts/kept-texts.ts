/** Texts by name that the device keeps in plain, for every worker and window: nothing about anybody. */
export function readTexts(key: string): Readonly<Record<string, string>> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter(([, each]) => typeof each === "string"));
  } catch {
    return {}; // written by something else
  }
}
