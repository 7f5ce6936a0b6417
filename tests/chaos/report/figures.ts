import type { RigLine } from "../history.ts";
import type { RunResult } from "../run.ts";

/** Numbers of a run that only the report tells. */
export interface Figures {
  readonly beganAt: number;
  readonly calmAt: number;
  readonly endedAt: number;
  /** from the moment the database took statements again until a device heard the next outcome, ms, one for each kill */
  readonly firstAnswers: readonly number[];
  /** when outcomes were heard */
  readonly heardAt: readonly number[];
  /** when processes of devices opened a store again after a kill */
  readonly restarts: number;
  readonly wrongClocks: number;
  /** so often the tables were looked at from the side during the run */
  readonly polls: number;
  /** edits that were said to be at the server, each as often as it was looked for during the run */
  readonly editsLookedFor: number;
}

export type FaultLine = Extract<RigLine, { readonly e: "fault" }>;

export function faultLines({ evidence }: RunResult): readonly FaultLine[] {
  return evidence.rig.filter((line) => line.e === "fault");
}

export function figuresOf(result: RunResult): Figures {
  const { rig, devices } = result.evidence;
  const phase = (name: string): number =>
    rig.find((line) => line.e === "phase" && line.phase === name)?.at ?? 0;
  const lines = devices.flatMap((device) => device.lines);
  const heardAt = lines
    .flatMap((line) => (line.e === "outcome" ? [line.at] : []))
    .toSorted((left, right) => left - right);
  const backAt = faultLines(result).flatMap(({ kind, until }) => (kind === "kill database" ? [until] : []));
  const opens = lines.filter((line) => line.e === "open");
  return {
    beganAt: phase("storm"),
    calmAt: phase("calm"),
    endedAt: Math.max(phase("drained"), heardAt.at(-1) ?? 0),
    firstAnswers: backAt.flatMap((back) => {
      const next = heardAt.find((at) => at >= back);
      return next === undefined ? [] : [next - back];
    }),
    heardAt,
    restarts: opens.filter(({ life }) => life > 1).length,
    wrongClocks: opens.filter(({ life, clock }) => life === 1 && clock !== 0).length,
    polls: rig.filter(({ e }) => e === "poll").length,
    editsLookedFor: rig.reduce((sum, line) => sum + (line.e === "documents" ? line.told : 0), 0),
  };
}

/** The value below which half, or nearly all, of a list lies. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
