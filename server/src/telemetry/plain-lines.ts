/** Facts that come first in a plain line, without their names. */
const LEADING = ["method", "route", "status"];
const HIDDEN: ReadonlySet<string> = new Set(["level", "time", "say", ...LEADING]);

/** Turns one line of JSON into one for a person: `20:15:03 warn  answered POST /v1/sync 503 ms=12`. */
export function plainLine(json: string): string {
  const facts: unknown = JSON.parse(json);
  if (typeof facts !== "object" || facts === null) return json;
  const entries = new Map<string, unknown>(Object.entries(facts));
  const time = entries.get("time");
  const clock = typeof time === "number" ? new Date(time).toISOString().slice(11, 19) : "";
  const level = word(entries.get("level")).padEnd(5);
  const leading = LEADING.filter((key) => entries.has(key)).map((key) => word(entries.get(key)));
  const rest = [...entries]
    .filter(([key]) => !HIDDEN.has(key))
    .map(([key, value]) => `${key}=${word(value)}`);
  return `${[clock, level, word(entries.get("say")), ...leading, ...rest].join(" ")}\n`;
}

/** Control characters could forge a line or colour a terminal. */
function word(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replaceAll(/\p{Cc}/gu, "?");
}
