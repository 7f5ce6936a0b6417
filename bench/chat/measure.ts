import { median, type Stage } from "../stage.ts";
import { openBare } from "./bare-ends.ts";
import { openDurable } from "./durable-ends.ts";
import { type Talk, talk } from "./pairs.ts";
import { openPlain } from "./plain-ends.ts";

/** What `bench chat` finds. */
export interface ChatResult {
  readonly conversations: number;
  /** lines a second from one screen to the other, over a relay that stores nothing (median of the rounds) */
  readonly plainPerSecond: number;
  /** the same through the server: every line committed before anybody sees it */
  readonly durablePerSecond: number;
  readonly throughputRatio: number;
  /** over a server that stores one row for a line before it passes it on, and does nothing else: no storing costs less */
  readonly barePerSecond: number;
  /** of the plain relay's */
  readonly bareRatio: number;
  /** from saying a line to the other's screen, durable */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly plainP50Ms: number;
  readonly plainP99Ms: number;
  readonly p99Ratio: number;
  readonly bareP99Ratio: number;
  readonly rounds: readonly Round[];
}

/** One turn of each. */
interface Round {
  readonly plain: Talk;
  readonly bare: Talk;
  readonly durable: Talk;
}

const LEAST_RATIO = 0.4;
const MOST_P99_RATIO = 3;

/**
 * Conversations over the realtime socket beside the same over a plain `ws` relay, and over one that stores one row for each line and does nothing else, in turns, so that all
 * have the machine as it is.
 */
export async function measureChat(
  stage: Stage,
  { conversations, rounds, seconds }: { conversations: number; rounds: number; seconds: number },
): Promise<ChatResult> {
  await using stack = new AsyncDisposableStack();
  stage.say(`Opening ${conversations} consultations of two …`);
  const durableEnds = await openDurable(stage, conversations, stack);
  const plainEnds = await openPlain(conversations, stack);
  const bareEnds = await openBare(stage, conversations, stack);
  await talk(plainEnds, 1);
  await talk(bareEnds, 1);
  await talk(durableEnds, 2);
  const found: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const plain = await talk(plainEnds, seconds);
    const bare = await talk(bareEnds, seconds);
    const durable = await talk(durableEnds, seconds);
    found.push({ plain, bare, durable });
    stage.say(
      `  round ${round} of ${rounds}: plain ${inWords(plain)}; one row and no more ${inWords(bare)}; durable ${inWords(durable)}`,
    );
  }
  const middle = (of: (round: (typeof found)[number]) => number, digits = 1): number =>
    Number(median(found.map(of)).toFixed(digits));
  return {
    conversations,
    plainPerSecond: middle(({ plain }) => plain.perSecond, 0),
    durablePerSecond: middle(({ durable }) => durable.perSecond, 0),
    throughputRatio: middle(({ plain, durable }) => durable.perSecond / plain.perSecond, 3),
    barePerSecond: middle(({ bare }) => bare.perSecond, 0),
    bareRatio: middle(({ plain, bare }) => bare.perSecond / plain.perSecond, 3),
    p50Ms: middle(({ durable }) => durable.p50Ms),
    p99Ms: middle(({ durable }) => durable.p99Ms),
    plainP50Ms: middle(({ plain }) => plain.p50Ms),
    plainP99Ms: middle(({ plain }) => plain.p99Ms),
    p99Ratio: middle(({ plain, durable }) => durable.p99Ms / plain.p99Ms, 2),
    bareP99Ratio: middle(({ plain, bare }) => bare.p99Ms / plain.p99Ms, 2),
    rounds: found,
  };
}

function inWords({ perSecond, p99Ms }: Talk): string {
  return `${Math.round(perSecond)} a second, p99 ${p99Ms.toFixed(0)} ms`;
}

/** What falls short of the mark, in words. */
export function chatFaults({ throughputRatio, p99Ratio }: ChatResult): readonly string[] {
  return [
    ...(throughputRatio < LEAST_RATIO
      ? [`${throughputRatio} of the plain relay's throughput, not ${LEAST_RATIO}`]
      : []),
    ...(p99Ratio > MOST_P99_RATIO ? [`p99 ${p99Ratio} times the plain relay's, not ${MOST_P99_RATIO}`] : []),
  ];
}
