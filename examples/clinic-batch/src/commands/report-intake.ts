import type { Intake } from "../intake.ts";
import type { Terminal } from "../terminal.ts";
import { count, several } from "../words.ts";

/** Some rows could not be taken; all others were. */
export const SOME_ROWS_BAD = 2;
/** Ctrl-C, as shells count it. */
export const INTERRUPTED = 130;
const MOST_LISTED = 20;

/** Says what came of reading a file; answers the exit code. */
export function reportIntake(intake: Intake, file: string, noun: string, terminal: Terminal): number {
  const { taken, known, bad, doubtful, certain, unforeseen, stopped } = intake;
  if (stopped) {
    terminal.say(
      `Stopped. ${several(taken + known, noun)} of ${file} are kept; run the same command again to go on.`,
    );
    return INTERRUPTED;
  }
  const again = known === 0 ? "" : `, ${count(known)} were taken before`;
  const not = bad.length === 0 ? "" : `, ${count(bad.length)} could not be taken`;
  const news = taken === 0 && known > 0 ? "nothing new to take" : `${several(taken, noun)} taken`;
  terminal.say(`${file}: ${news}${again}${not}.`);
  if (bad.length > 0) listBad(bad, terminal);
  if (certain > 0) {
    const others = taken - certain;
    const rest = others === 0 ? "" : ` The other ${count(others)} wait for the server's word.`;
    terminal.say(
      `${count(certain)} of them ${certain === 1 ? "is" : "are"} certain already: confirmed by this computer, without a network.${rest}`,
    );
  }
  if (doubtful > 0) {
    terminal.say(
      `By what this computer knows, ${count(doubtful)} of them will probably be refused; the server decides.`,
    );
  }
  if (noun === "request" && unforeseen > 0 && unforeseen === taken) {
    terminal.say("Whether the times are free is not known here; the server decides when they are sent.");
  }
  if (taken + known > 0) terminal.say("They are safe on this computer. Send them with: clinic-batch sync");
  return bad.length > 0 ? SOME_ROWS_BAD : 0;
}

function listBad(bad: Intake["bad"], terminal: Terminal): void {
  terminal.say("");
  for (const { line, fault } of bad.slice(0, MOST_LISTED))
    terminal.say(`  line ${String(line).padEnd(6)} ${fault}`);
  if (bad.length > MOST_LISTED) {
    terminal.say(
      `  … and ${count(bad.length - MOST_LISTED)} more; clinic-batch results --to FILE lists all.`,
    );
  }
  terminal.say("");
  terminal.say("Correct these lines and run the same command again: what is taken is not taken twice.");
}
