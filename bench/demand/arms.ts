import type { Wish } from "@healthbridge/schema";
import { REACH } from "./assumptions.ts";

/** The wishes of somebody who takes what comes nearest, and otherwise waits. */
export const RANKED: readonly Wish[] = [
  { wish: "sameDay" },
  { wish: "sameDoctor", days: REACH.days },
  { wish: "anyDoctor", km: REACH.km, days: REACH.days },
  { wish: "waitingList", days: REACH.days },
];

export type ArmName = "singleWish" | "rankedWishes";

/** One way in which offline devices ask; everything else is the same in all arms. */
export interface Arm {
  readonly name: ArmName;
  /** as a person would call it */
  readonly label: string;
  /** what an offline request says is to happen where its time is gone */
  readonly ifTaken: readonly Wish[];
}

export const ARMS = [
  { name: "singleWish", label: "single wish", ifTaken: [] },
  { name: "rankedWishes", label: "ranked wishes", ifTaken: RANKED },
] as const satisfies readonly Arm[];
