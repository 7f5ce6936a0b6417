import type { InputOf } from "@healthbridge/schema";
import { Fault } from "./fault.ts";

/** What to do when the time is gone, in order. */
export type Wishes = NonNullable<InputOf<"appointment.book">["ifTaken"]>;
type Wish = Wishes[number];

const SAME_DOCTOR = /^same doctor (?:within|in) (\d{1,3}) days?$/;
const ANY_DOCTOR =
  /^any doctor within (\d{1,3}) km(?: (?:within|in) (\d{1,3}) days?)?(?: speaking ([a-z]{2,3}))?$/;
const WAITING_LIST = /^waiting list(?: (?:for|within|in) (\d{1,3}) days?)?$/;
const PART_OF_DAY = / in the (morning|afternoon|evening)$/;

/** The same in words, for whoever wrote something else. */
export const WISHES_IN_WORDS =
  "same day, same doctor within 5 days, any doctor within 20 km, waiting list for 7 days, or give up; behind any of them: in the morning, afternoon or evening";

/** Reads `same day; same doctor within 5 days; any doctor within 20 km; waiting list for 7 days; give up`. */
export function readWishes(text: string | undefined): Wishes {
  const parts = (text ?? "")
    .split(/[;|]|\bthen\b/i)
    .map((part) => part.trim().toLowerCase().replaceAll(/\s+/g, " "));
  return parts.filter((part) => part !== "").map(readWish);
}

function readWish(part: string): Wish {
  const when = PART_OF_DAY.exec(part)?.[1];
  const partOfDay = when === "morning" || when === "afternoon" || when === "evening" ? when : undefined;
  const wish = readPlainWish(part.replace(PART_OF_DAY, ""));
  if (wish === undefined || (wish.wish === "giveUp" && partOfDay !== undefined))
    throw new Fault(`“${part}” in if_taken is not understood; write ${WISHES_IN_WORDS}`);
  return { ...wish, ...(partOfDay && { partOfDay }) };
}

function readPlainWish(part: string): Wish | undefined {
  if (part === "same day") return { wish: "sameDay" };
  if (part === "give up") return { wish: "giveUp" };
  const days = SAME_DOCTOR.exec(part)?.[1];
  if (days !== undefined) return { wish: "sameDoctor", days: Number(days) };
  const [, km, within, language] = ANY_DOCTOR.exec(part) ?? [];
  if (km !== undefined)
    return {
      wish: "anyDoctor",
      km: Number(km),
      ...(within !== undefined && { days: Number(within) }),
      ...(language !== undefined && { language }),
    };
  const list = WAITING_LIST.exec(part);
  if (list === null) return undefined;
  return { wish: "waitingList", ...(list[1] !== undefined && { days: Number(list[1]) }) };
}
