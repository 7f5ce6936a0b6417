import { setTimeout as sleep } from "node:timers/promises";
import { sentence } from "./sentences.ts";

/** One end of a conversation: says a line, and is told of those the other end said. */
export interface End {
  say(text: string): void;
  onLine: (text: string) => void;
}

/** What a stretch of talk came to. */
export interface Talk {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lines: number;
}

/**
 * Lets pairs talk for a while: each end says its next line when the other's screen has its last one. Milliseconds count from saying a line to its being there, as one
 * clock sees it: both ends are in this process.
 */
export async function talk(pairs: readonly (readonly [End, End])[], seconds: number): Promise<Talk> {
  const times: number[] = [];
  let goesOn = true;
  const underWay = new Set<End>();
  let said = 0;
  for (const [one, other] of pairs) {
    for (const [speaker, listener] of [
      [one, other],
      [other, one],
    ] as const) {
      let began = 0;
      let text = "";
      const next = (): void => {
        if (!goesOn) return;
        said += 1;
        underWay.add(speaker);
        text = `${sentence(said)} ${said}`;
        began = performance.now();
        speaker.say(text);
      };
      listener.onLine = (heard) => {
        if (heard !== text) return;
        underWay.delete(speaker);
        times.push(performance.now() - began);
        next();
      };
      next();
    }
  }
  const began = performance.now();
  await sleep(seconds * 1_000);
  const lines = times.length;
  const took = (performance.now() - began) / 1_000;
  goesOn = false;
  // What is under way arrives, so that the next stretch begins with nothing in its way.
  for (let waits = 0; underWay.size > 0 && waits < 100; waits += 1) await sleep(50);
  if (underWay.size > 0) throw new Error(`${underWay.size} lines did not arrive within five seconds`);
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { perSecond: lines / took, p50Ms: at(0.5), p99Ms: at(0.99), lines };
}
