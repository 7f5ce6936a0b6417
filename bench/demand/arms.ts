import type { Wish } from "@healthbridge/schema";
import { REACH } from "./assumptions.ts";

/** The wishes of somebody who takes what comes nearest, and otherwise waits. */
export const RANKED: readonly Wish[] = [
  { wish: "sameDay" },
  { wish: "sameDoctor", days: REACH.days },
  { wish: "anyDoctor", km: REACH.km, days: REACH.days },
  { wish: "waitingList", days: REACH.days },
];

export type ArmName = "singleWish" | "rankedWishes" | "leases";

/** One way in which offline devices ask; everything else is the same in all arms. */
export interface Arm {
  readonly name: ArmName;
  /** as a person would call it */
  readonly label: string;
  /** what an offline request says is to happen where its time is gone */
  readonly ifTaken: readonly Wish[];
  /** whether a clinic's device takes times of its own doctors for itself while it has a network, and confirms them without one */
  readonly takesLeases: boolean;
}

export const ARMS = [
  { name: "singleWish", label: "single wish", ifTaken: [], takesLeases: false },
  { name: "rankedWishes", label: "ranked wishes", ifTaken: RANKED, takesLeases: false },
  { name: "leases", label: "leases", ifTaken: RANKED, takesLeases: true },
] as const satisfies readonly Arm[];
