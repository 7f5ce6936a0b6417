import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { closingLine } from "./closing-line.ts";
import { type ChaosOptions, HELP, readOptions, WrongOption } from "./options.ts";
import { Progress } from "./progress.ts";
import { reportOf } from "./report/markdown.ts";
import { pictureOf } from "./report/picture.ts";
import { type RunResult, runChaos } from "./run.ts";
import { runTwoG, type TwoGResult } from "./two-g.ts";

const MOST_SHOWN = 20;
const CONTROL_FAILED = 1;
const COULD_NOT_RUN = 2;

const progress = new Progress(process.stderr);

/** The first Ctrl-C ends what was started, in order; the second ends at once. */
function interruptSignal(): AbortSignal {
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(COULD_NOT_RUN);
      progress.say("Stopping everything that was started …");
      interrupt.abort(new Interrupted());
    });
  }
  return interrupt.signal;
}

class Interrupted extends Error {
  override readonly message = "Interrupted.";
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  const folder = await mkdtemp(join(tmpdir(), "healthbridge-chaos-"));
  let keep = options.keep;
  try {
    if (options.line === "2g") return tellTwoG(await runTwoG(options, folder, progress), options);
    const result = await runChaos(options, folder, progress, interruptSignal());
    keep ||= result.findings.violations.length > 0 && options.durable;
    if (options.report !== undefined) await writeReport(result, options.report);
    tell(result, keep);
    return options.durable ? Math.min(1, result.findings.violations.length) : controlCode(result);
  } finally {
    if (!keep) await rm(folder, { recursive: true, force: true });
  }
}

async function writeReport(result: RunResult, path: string): Promise<void> {
  const picture = path.replace(/(\.md)?$/, ".svg");
  await writeFile(picture, pictureOf(result));
  await writeFile(path, reportOf(result, basename(picture)));
  progress.say(`Report: ${path}, picture: ${picture}`);
}

function tell(result: RunResult, kept: boolean): void {
  const { violations } = result.findings;
  for (const { rule, what } of violations.slice(0, MOST_SHOWN)) console.log(`${rule}  ${what}`);
  if (violations.length > MOST_SHOWN) console.log(`… and ${violations.length - MOST_SHOWN} more`);
  if (kept) console.log(`Histories: ${result.folder}`);
  console.log(closingLine(result));
}

function tellTwoG({ sent, kind, httpBytes, line, good }: TwoGResult, { seed }: ChaosOptions): number {
  const { up, down } = line;
  console.log(
    [
      `2g line (${kind}), seed ${seed}: ${sent.applied} of 500 operations applied in ${(sent.ms / 1000).toFixed(1)} s`,
      `${(httpBytes / 1000).toFixed(1)} kB of HTTP both ways`,
      `the line: up ${JSON.stringify(up)}, down ${JSON.stringify(down)}`,
      good ? "within 30 s and 60 kB" : "NOT within 30 s and 60 kB",
    ].join("; "),
  );
  return good ? 0 : 1;
}

/** Without durability the checks must find losses, of operations and in documents: a rig that finds none there would find none anywhere. */
function controlCode({ findings, options }: RunResult): number {
  const lost = (rule: string): number => findings.violations.filter((each) => each.rule === rule).length;
  const [operations, edits] = [lost("I4"), lost("D4")];
  const worked = operations > 0 && edits > 0;
  console.log(
    worked
      ? `The control worked: with durability switched off ${operations} acknowledged operations and ${edits} acknowledged edits of documents were found lost (seed ${options.seed}).`
      : `The control failed: with durability switched off ${operations === 0 ? "no loss of operations" : "no loss in documents"} was found (seed ${options.seed}).`,
  );
  return worked ? 0 : CONTROL_FAILED;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof WrongOption) console.error(`${error.message}\nSee npm run chaos -- --help.`);
  else if (error instanceof Interrupted) console.error("Stopped.");
  else console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = COULD_NOT_RUN;
}
