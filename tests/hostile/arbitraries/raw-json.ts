import * as fc from "fast-check";

/** A piece of JSON text that no JavaScript value would be written as: `1e400`, a key that stands twice. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  [fc.toStringMethod](): string {
    return `RawJson(${this.text.length > 80 ? `${this.text.slice(0, 40)}… ${String(this.text.length)} characters` : this.text})`;
  }
}

/** Writes JSON as `JSON.stringify` does, raw pieces as they are. */
export function jsonOf(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => jsonOf(item)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).flatMap(([key, item]) =>
    item === undefined ? [] : [`${JSON.stringify(key)}:${jsonOf(item)}`],
  );
  return `{${fields.join(",")}}`;
}
