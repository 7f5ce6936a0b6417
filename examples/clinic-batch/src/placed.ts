import type { Start } from "@healthbridge/schema";

/** What an outcome says beyond "as asked". */
export interface Placed {
  readonly start: Start;
  /** which wish came true; 0 is what was asked for */
  readonly wish: number | undefined;
  readonly missed: readonly string[];
  readonly status: string | undefined;
  readonly doctor: string | undefined;
}

/** What the output of a booking says; `undefined` where it was placed as asked. */
export function placedOf(output: unknown): Placed | undefined {
  if (
    typeof output !== "object" ||
    output === null ||
    !("start" in output) ||
    typeof output.start !== "string"
  )
    return undefined;
  const missed = "missed" in output && Array.isArray(output.missed) ? output.missed : [];
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return {
    start: output.start,
    wish: "wish" in output && typeof output.wish === "number" ? output.wish : undefined,
    missed: missed.flatMap(codeOf),
    status: "status" in output ? text(output.status) : undefined,
    doctor: "doctor" in output ? text(output.doctor) : undefined,
  };
}

function codeOf(reason: unknown): string[] {
  return typeof reason === "object" && reason !== null && "code" in reason ? [String(reason.code)] : [];
}
