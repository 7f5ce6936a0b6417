import { isRecord } from "../outbox/rows.ts";
import type { DataKind } from "./byte-count.ts";
import type { Keepsake } from "./page.ts";

/** What was used on one day, by all tabs. */
export interface DayCount {
  /** by the device's own calendar, as `2026-11-30` */
  readonly day: string;
  readonly byKind: Readonly<Record<DataKind, number>>;
  /** the user has said that the limit does not hold today */
  readonly allowed: boolean;
}

const PREFIX = "healthbridge:data:";
const NOTHING: DayCount["byKind"] = { sync: 0, files: 0, documents: 0, live: 0, other: 0 };

/** The count of the day that an instant is on; nothing was used on a day of which nothing is kept. */
export function countOf(keepsake: Keepsake, name: string, now: number): DayCount {
  const day = dayOf(now);
  const kept = read(keepsake.get(PREFIX + name));
  if (kept?.["day"] !== day) return { day, byKind: NOTHING, allowed: false };
  const used = isRecord(kept["byKind"]) ? kept["byKind"] : {};
  const bytes = (kind: DataKind): number => {
    const value = used[kind];
    return typeof value === "number" && value > 0 ? value : 0;
  };
  const byKind = {
    sync: bytes("sync"),
    files: bytes("files"),
    documents: bytes("documents"),
    live: bytes("live"),
    other: bytes("other"),
  };
  return { day, byKind, allowed: kept["allowed"] === true };
}

export function keepCount(keepsake: Keepsake, name: string, count: DayCount): void {
  keepsake.set(PREFIX + name, JSON.stringify(count));
}

export function totalOf({ byKind }: DayCount): number {
  return Object.values(byKind).reduce((sum, bytes) => sum + bytes, 0);
}

/** ms until the device's next midnight. */
export function untilMidnight(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime() - now;
}

function dayOf(now: number): string {
  const date = new Date(now);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function read(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
