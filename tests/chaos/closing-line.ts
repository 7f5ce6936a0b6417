import type { RunResult } from "./run.ts";

/** Kinds of faults that count as kills and cuts. */
export function killsAndCuts(faults: ReadonlyMap<string, number>): number {
  return [...faults].reduce((sum, [kind, count]) => sum + (/kill|cut/.test(kind) ? count : 0), 0);
}

/** The whole run on one line. */
export function closingLine({ options, database, findings, faults, drainedMs }: RunResult): string {
  const of = (...rules: readonly string[]): number =>
    findings.violations.filter(({ rule }) => rules.includes(rule)).length;
  const all = [...faults.values()].reduce((sum, count) => sum + count, 0);
  const drained = drainedMs === undefined ? "never drained" : `drained in ${(drainedMs / 1000).toFixed(1)} s`;
  return [
    `chaos: ${database}, seed ${options.seed}, ${options.minutes} min, ${options.clients} devices, ${options.servers} servers`,
    `${all} faults (${killsAndCuts(faults)} kills and cuts)`,
    `${findings.acknowledged} operations acknowledged (${findings.applied} applied)`,
    `${findings.messages} messages in ${findings.conversations} conversations`,
    `${findings.edits.kept} edits kept in ${findings.edits.documents} documents (${findings.edits.stored} acknowledged)`,
    `${of("I2", "I4", "D1", "D4")} lost, ${of("I3", "D3")} doubled, ${of("I9")} stuck, ${of("I7", "D2")} diverged, ${findings.violations.length} violations in all`,
    drained,
  ].join("; ");
}
