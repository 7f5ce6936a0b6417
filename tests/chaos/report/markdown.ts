import { killsAndCuts } from "../closing-line.ts";
import { NOT_HERE, RULES } from "../checker/check.ts";
import { DRAIN_LIMIT_MS } from "../checker/rules/told.ts";
import type { RunResult } from "../run.ts";
import { type Figures, figuresOf, quantile } from "./figures.ts";

/** What the report shows beside a run of its own: what earlier commands said, in their own closing lines. */
export function reportOf(result: RunResult, picture: string): string {
  const figures = figuresOf(result);
  return `${[
    ...opening(result),
    ...numbers(result, figures),
    "## One run on a time line",
    "",
    `![${altText(result)}](${picture})`,
    "",
    "Time runs from left to right. The top rows are the processes and the lines between them: a cross is a kill, a bar lasts as long as the fault did, a tick is a cut or a fault of one request. Below, how many operations devices were told about, second by second: it falls in a storm, and never stops for long.",
    "",
    ...faultTable(result),
    ...ruleTable(result),
    ...howTo(result),
  ].join("\n")}\n`;
}

function opening({ findings, database }: RunResult): readonly string[] {
  const clean = findings.violations.length === 0;
  return [
    "# Reliability",
    "",
    "What happens to HealthBridge when everything around it breaks. This page is written by the test that does it (`npm run chaos`), with the figures of one run.",
    "",
    "Real server processes, a real database and Redis run on one machine, with real devices: the SDK in processes of its own, each device with its store on disk, two of three with a socket beside HTTP. Between devices and servers, and between servers and the database, stand proxies that cut, delay, double and spoil what passes, at a byte that is drawn by chance. Processes are killed with `kill -9`, frozen and started again. Meanwhile people at the devices register patients, book hours that others want too, move, cancel, receive, write to each other, and edit the documents of their consultations together. Then the faults stop, and everything that anybody was told is held against the tables, by a checker that shares no code with the product.",
    "",
    clean
      ? `**In this run on ${database} nothing was lost, nothing happened twice, no queue got stuck, and in the end every device showed what the server holds.**`
      : `**In this run on ${database} ${findings.violations.length} rules were broken: see below.**`,
    "",
  ];
}

function numbers(result: RunResult, figures: Figures): readonly string[] {
  const { options, database, findings, faults, drainedMs } = result;
  const all = [...faults.values()].reduce((sum, count) => sum + count, 0);
  const of = (...rules: readonly string[]): string =>
    count(findings.violations.filter(({ rule }) => rules.includes(rule)).length);
  const rows: ReadonlyArray<readonly [string, string]> = [
    ["database", database],
    ["seed", String(options.seed)],
    ["minutes of faults", String(options.minutes)],
    ["devices, in processes", `${options.clients}, in 3`],
    ["work", options.work === "chat" ? "mostly messages" : "everything"],
    ["devices with a wrong clock (seconds to ten years)", count(figures.wrongClocks)],
    ["server processes", `${options.servers}, ${options.withRedis ? "with" : "without"} Redis`],
    ["faults in all", count(all)],
    ["of these kills and cuts", count(killsAndCuts(faults))],
    ["operations queued on devices", count(findings.queued)],
    ["operations acknowledged", count(findings.acknowledged)],
    ["of these applied", count(findings.applied)],
    ["messages, in conversations", `${count(findings.messages)}, in ${count(findings.conversations)}`],
    [
      "edits kept on devices, of documents",
      `${count(findings.edits.kept)}, of ${count(findings.edits.documents)}`,
    ],
    ["edits acknowledged", count(findings.edits.stored)],
    ["of these by phones that never came back", count(findings.edits.byVisitors)],
    ["edits by who may not, refused", count(findings.edits.refused)],
    ["acknowledged operations lost", of("I2", "I4")],
    ["operations that happened twice", of("I3")],
    ["messages lost, doubled, out of order or under a wrong number", of("I11")],
    ["edits lost, or not there though acknowledged", of("D1", "D4")],
    ["edits doubled or torn", of("D3")],
    ["queues stuck", of("I9")],
    ["devices that show something else than the server in the end", of("I7")],
    [
      "copies of documents that differ in the end, of so many",
      `${of("D2")}, of ${count(findings.edits.compared)}`,
    ],
    ["from the last fault until everything was through", seconds(drainedMs)],
    [
      "from the database's return until the next answer, median",
      seconds(quantile(figures.firstAnswers, 0.5)),
    ],
    ["the same, the longest", seconds(quantile(figures.firstAnswers, 1))],
    ["stores opened again after a kill", count(figures.restarts)],
    ["old operations sent again by hand", count(findings.replayed)],
    ["characters of answers searched for another organisation's words", count(findings.searchedCharacters)],
    ["looks at the tables during the run", count(figures.polls)],
    [
      "acknowledged edits looked for in them, each as often as its document was",
      count(figures.editsLookedFor),
    ],
  ];
  return [
    "## In numbers",
    "",
    "| | |",
    "| --- | ---: |",
    ...rows.map(([what, value]) => `| ${what} | ${value} |`),
    "",
  ];
}

function faultTable({ faults }: RunResult): readonly string[] {
  const rows = [...faults].toSorted(([, left], [, right]) => right - left);
  return [
    "## What was done to it",
    "",
    "| fault | times |",
    "| --- | ---: |",
    ...rows.map(([kind, times]) => `| ${kind} | ${count(times)} |`),
    "",
    "`request` is one request of a device, `COMMIT` and `statement` are what a server says to the database. `cut, outcome unknown`: the statement was sent and nobody heard what became of it.",
    "",
  ];
}

function ruleTable({ findings }: RunResult): readonly string[] {
  const broken = (id: string): string => count(findings.violations.filter(({ rule }) => rule === id).length);
  return [
    "## What was checked",
    "",
    "| rule | what it means | how it is checked from outside | broken |",
    "| --- | --- | --- | ---: |",
    ...RULES.map(({ id, means, how }) => `| ${id} | ${means} | ${how} | ${broken(id)} |`),
    "",
    ...[...NOT_HERE].map(([id, why]) => `- ${id}: ${why}.`),
    "",
    "The checker itself is tested with histories that were written by hand, each with one fault planted: it must name every one of them.",
    "",
  ];
}

function howTo({ options }: RunResult): readonly string[] {
  const words = [
    options.database === "mysql" ? " --database mysql" : "",
    options.work === "chat" ? " --work chat" : "",
    options.withRedis ? "" : " --without-redis",
  ];
  return [
    "## Try it",
    "",
    "```",
    `npm run chaos -- --minutes ${options.minutes} --seed ${options.seed}${words.join("")}`,
    "npm run chaos -- --without-durability",
    "npm run chaos -- --line 2g",
    "npm run chaos -- --help",
    "```",
    "",
    `The seed draws the same work and the same faults again; real processes do not meet them at the same moment. The second command is the control: the database answers commits before they are on the disk, and the checker must find what is lost then, operations and edits of documents. The third sends 500 queued operations over a line of 300 ± 100 ms, 5 % loss and 50 kbit/s, and fails over 30 seconds or 60 kB. Everything must be through ${DRAIN_LIMIT_MS / 1000} seconds after the last fault.`,
  ];
}

function altText({ options, database }: RunResult): string {
  return `A run of ${options.minutes} minutes on ${database}: faults of each process above, acknowledged operations a second below`;
}

function count(number: number): string {
  return number.toLocaleString("en-GB");
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? "never" : `${(ms / 1000).toFixed(1)} s`;
}
