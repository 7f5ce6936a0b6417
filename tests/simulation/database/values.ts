import type { Column } from "./schema.ts";
import { mayNotBeNull, outOfRange, tooLong, truncated, wrongValue } from "./server-errors.ts";
import type { Value } from "./syntax.ts";

/** The columns of a row. Never changed in place: versions share it. */
export type Row = readonly Value[];

const MARKS = /\p{M}/gu;
const PLAIN = /^[\x20-\x7e]*$/;

/** Text as `utf8mb4_unicode_ci` sees it, near enough: without case and accents. */
export function folded(text: string): string {
  return PLAIN.test(text) ? text.toLowerCase() : text.normalize("NFD").replaceAll(MARKS, "").toLowerCase();
}

const SPACE = 32;

/** All our collations pad: spaces at the end count for nothing. */
function unpadded(text: string): string {
  return text.charCodeAt(text.length - 1) === SPACE ? text.replace(/ +$/, "") : text;
}

/** As a key compares and groups it. */
export function keyValue(value: Value, folds: boolean): string | number | null {
  if (typeof value === "string") return unpadded(folds ? folded(value) : value);
  if (typeof value === "object" && value !== null) throw noBytes();
  return value;
}

/** Below 0, 0 or above; NULL is lowest. Text against a number compares as numbers, as the servers do. */
export function compare(left: Value, right: Value, folds: boolean): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  if (typeof left === "number" && typeof right === "number") return left < right ? -1 : 1;
  if (typeof left === "string" && typeof right === "string") {
    const a = keyValue(left, folds) ?? "";
    const b = keyValue(right, folds) ?? "";
    if (a === b) return 0;
    return a < b ? -1 : 1;
  }
  const a = numberOf(left);
  const b = numberOf(right);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/;

/** Bytes are kept and handed back, no more: how a server compares them with anything else nobody has to know. */
function noBytes(): Error {
  return new Error("the model database neither compares bytes nor works anything out of them");
}

/** As text, where it is no text already. */
export function textOf(value: NonNullable<Value>): string {
  if (typeof value === "object") throw noBytes();
  return String(value);
}

/** Text as arithmetic takes it: its leading number. */
export function numberOf(value: NonNullable<Value>): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string") throw noBytes();
  const found = NUMBER.exec(value)?.[0];
  return found === undefined ? 0 : Number(found);
}

export function isTrue(value: Value): boolean {
  return value !== null && numberOf(value) !== 0;
}

const RANGES = {
  tinyint: 127,
  int: 2_147_483_647,
  bigint: Number.MAX_SAFE_INTEGER,
} as const;

/** A value as a column keeps it, in strict mode. */
export function stored(column: Column, value: Value): Value {
  if (value === null) {
    if (column.nullable) return null;
    throw mayNotBeNull(column.name);
  }
  if (column.type === "blob") return storedBytes(column, value);
  if (typeof value === "object")
    throw new Error(`the model database keeps no bytes in a column of another type (${column.name})`);
  switch (column.type) {
    case "tinyint":
    case "int":
    case "bigint":
      return storedInteger(column, column.type, value);
    case "double":
      return storedNumber(column, value);
    case "varchar":
    case "text":
      break;
  }
  return storedText(column, value);
}

function storedNumber(column: Column, value: string | number): number {
  if (typeof value === "number") return value;
  const leading = NUMBER.exec(value)?.[0];
  if (leading === undefined) throw wrongValue(column.type, column.name);
  if (value.slice(leading.length).trim() !== "") throw truncated(column.name);
  return Number(leading);
}

function storedInteger(column: Column, type: keyof typeof RANGES, value: string | number): number {
  const exact = storedNumber(column, value);
  const number = Number.isInteger(exact) ? exact : Math.sign(exact) * Math.round(Math.abs(exact));
  const limit = RANGES[type];
  if (type === "bigint" && Math.abs(number) > limit && Math.abs(number) < 2 ** 63)
    throw new Error(`the model database holds whole numbers below 2^53 only (${column.name})`);
  if (number > limit || number < (type === "bigint" ? -limit : -limit - 1)) throw outOfRange(column.name);
  return number;
}

function storedBytes(column: Column, value: NonNullable<Value>): Buffer {
  if (typeof value !== "object")
    throw new Error(`the model database keeps nothing but bytes in ${column.name}`);
  if (value.length > column.length) throw tooLong(column.name);
  return value;
}

const BEYOND_ASCII = /[^\0-\x7f]/;

function storedText(column: Column, value: string | number): string {
  const text = typeof value === "number" ? String(value) : value;
  if (column.ascii && BEYOND_ASCII.test(text)) throw wrongValue("string", column.name);
  if (text.length <= (column.type === "text" ? column.length / 4 : column.length)) return text;
  if (column.type === "text") {
    if (Buffer.byteLength(text) > column.length) throw tooLong(column.name);
    return text;
  }
  const characters = Array.from(text);
  if (characters.length <= column.length) return text;
  // Spaces beyond the end are cut in silence, in every mode.
  if (characters.slice(column.length).some((character) => character !== " ")) throw tooLong(column.name);
  return characters.slice(0, column.length).join("");
}
