/**
 * Loaded into a process before anything else (`--import`), it makes every `Date` wrong by what stands in a file, also when that changes while the
 * process runs. Time that only passes (`performance.now`, timers) stays true, as on a device whose owner sets the clock. See `clock.ts`.
 */
import { readFileSync } from "node:fs";
import { CLOCK_FILE_VARIABLE } from "./clock-variable.ts";

const LOOK_EVERY_MS = 20;

const file = process.env[CLOCK_FILE_VARIABLE];
if (file !== undefined) shiftDates(file);

function shiftDates(file: string): void {
  const TrueDate = Date;
  const trueNow = Date.now.bind(Date);
  let offset = read(file, 0);
  setInterval(() => {
    offset = read(file, offset);
  }, LOOK_EVERY_MS).unref();
  const now = (): number => trueNow() + offset;
  const WrongDate = new Proxy(TrueDate, {
    construct: (target, words: unknown[], kind): object =>
      Reflect.construct(target, words.length === 0 ? [now()] : words, kind) as object,
    // Without `new` it is a text.
    apply: () => new TrueDate(now()).toString(),
    get: (target, name): unknown => (name === "now" ? now : Reflect.get(target, name)),
  });
  TrueDate.prototype.constructor = WrongDate;
  globalThis.Date = WrongDate;
}

function read(file: string, otherwise: number): number {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return otherwise;
  }
}
