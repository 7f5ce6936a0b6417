import type { InputOf, Start, Urgency } from "@healthbridge/schema/client";

const URGENCIES: readonly Urgency[] = ["routine", "soon", "urgent"];

/**
 * A booking that was refused, asked for at another time: what for, how long it takes and how soon she should be seen go with it. `undefined` where it does not say for whom, with whom.
 * @param refused the input of the refused one
 */
export function bookInstead(
  refused: Readonly<Record<string, unknown>>,
  start: Start,
): InputOf<"appointment.book"> | undefined {
  const { doctor, patient, reason, visit } = refused;
  if (typeof doctor !== "string" || typeof patient !== "string") return undefined;
  const urgency = URGENCIES.find((each) => each === refused["urgency"]);
  return {
    doctor,
    patient,
    start,
    ...(typeof reason === "string" && { reason }),
    ...(typeof visit === "string" && { visit }),
    ...(urgency !== undefined && { urgency }),
  };
}
