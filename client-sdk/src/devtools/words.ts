/** Instants and amounts as an inspector writes them. */

const TIME = /* @__PURE__ */ new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const DAY_AND_TIME = /* @__PURE__ */ new Intl.DateTimeFormat(undefined, {
  dateStyle: "short",
  timeStyle: "medium",
});

/** An instant of a moment ago, ms since 1970. */
export function timeOf(ms: number): string {
  return TIME.format(ms);
}

/** An instant of any day, ms since 1970. */
export function dayAndTimeOf(ms: number): string {
  return DAY_AND_TIME.format(ms);
}

const KILO = 1_000;

/** Bytes, as people read them. */
export function bytesOf(bytes: number): string {
  if (bytes < KILO) return `${bytes} B`;
  const kilo = bytes / KILO;
  return kilo < KILO ? `${kilo.toFixed(1)} kB` : `${(kilo / KILO).toFixed(1)} MB`;
}

/** Plain data as somebody reads it who looks into it. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, undefined, 2) ?? "";
}
