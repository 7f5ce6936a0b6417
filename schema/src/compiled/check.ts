import type { Reason } from "../shapes/problem.ts";
import type { Shape } from "./shape.ts";

/** What is wrong with a value of a shape. Accepts what zod accepts with the schema it was compiled from, and names the same first reason. */
export function check(shape: Shape, value: unknown, path: string): readonly Reason[] {
  if (!("length" in shape)) return check(["t", 0, Infinity, shape], value, path);
  const [kind] = shape;
  if (kind === "o" && typeof value === "object" && value && !Array.isArray(value))
    return checkFields(shape, value, path);
  const items: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
  if (kind === "a" && items && items.length <= shape[2]) {
    const reasons = items.flatMap((item, at) => check(shape[3], item, `${path}.${at}`));
    if (reasons.length > 0 || items.length >= shape[1]) return reasons;
  }
  if (kind === "u" && items && items.length >= shape[2] && items.length <= shape[1].length)
    return shape[1].slice(0, items.length).flatMap((each, at) => check(each, items[at], `${path}.${at}`));
  return isPlain(shape, value) ? [] : [{ code: "malformed", path }];
}

/** Fields in the shape's order, then those it does not know, then its rules. Inherited fields count, as they do for zod. */
function checkFields(
  [, strict, fields, ...rules]: Extract<Shape, readonly ["o", ...unknown[]]>,
  value: object,
  path: string,
): readonly Reason[] {
  const reasons: Reason[] = [];
  const known = new Set<string>();
  for (const [label, shape] of Object.entries(fields)) {
    const [key = "", exact] = label.split(/[$_]$/);
    known.add(key);
    const item: unknown = Reflect.get(value, key);
    const mayMiss = item === undefined && exact !== undefined;
    if (!mayMiss || (label.endsWith("_") && key in value))
      reasons.push(...check(shape, item, `${path}.${key}`));
  }
  if (strict > 0)
    for (const key in value)
      if (!known.has(key)) reasons.push({ code: "unknown_field", path: `${path}.${key}` });
  if (reasons.length === 0)
    for (const [holds, field] of rules)
      if (!holds(value)) reasons.push({ code: "malformed", path: `${path}.${field}` });
  return reasons;
}

/** Whether a value is of a shape without parts. */
function isPlain(shape: Exclude<Shape, RegExp>, value: unknown): boolean {
  const [kind] = shape;
  if (kind === "e") return typeof value === "string" && shape[1].split(" ").includes(value);
  if (kind === "b") return typeof value === "boolean";
  if (kind === "t") {
    const [, least, most, ...tests] = shape;
    return (
      typeof value === "string" &&
      within(Array.from(value).length, least, most) && // code points, as zod counts
      tests.every((test) => (typeof test === "function" ? test(value) : test.test(value)))
    );
  }
  if (kind === "i" || kind === "n") {
    const whole = kind === "n" || (Number.isSafeInteger(value) && Number(value) % shape[3] === 0);
    return typeof value === "number" && whole && within(value, shape[1], shape[2]);
  }
  return kind === "*";
}

/** Not for NaN and the infinities: the bounds of numbers are finite. */
function within(size: number, least: number, most: number): boolean {
  return size >= least && size <= most;
}
