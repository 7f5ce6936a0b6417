import type { InputOf } from "@healthbridge/schema";
import { Fault } from "./fault.ts";

/** What to do when the time is gone, in order. */
export type Wishes = NonNullable<InputOf<"appointment.book">["ifTaken"]>;

const SAME_DOCTOR = /^same doctor (?:within|in) (\d{1,3}) days?$/;

/** Reads `same day; same doctor within 5 days; give up`. */
export function readWishes(text: string | undefined): Wishes {
  const parts = (text ?? "")
    .split(/[;|]|\bthen\b/i)
    .map((part) => part.trim().toLowerCase().replaceAll(/\s+/g, " "));
  return parts.filter((part) => part !== "").map(readWish);
}

function readWish(part: string): Wishes[number] {
  if (part === "same day") return { wish: "sameDay" };
  if (part === "give up") return { wish: "giveUp" };
  const days = SAME_DOCTOR.exec(part)?.[1];
  if (days !== undefined) return { wish: "sameDoctor", days: Number(days) };
  throw new Fault(
    `“${part}” in if_taken is not understood; write same day, same doctor within 5 days, or give up`,
  );
}
