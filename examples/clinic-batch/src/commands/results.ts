import { basename, resolve } from "node:path";
import { csvText, writeWhole } from "../csv/write.ts";
import type { Device } from "../device.ts";
import { type Standing, standings } from "../outlook.ts";
import type { Terminal } from "../terminal.ts";
import { several } from "../words.ts";
import { interruptedRows } from "./totals.ts";

export interface ResultsOptions {
  readonly to: string;
  readonly from?: string;
}

const HEADER = [
  "file",
  "line",
  "request",
  "what",
  "patient",
  "doctor",
  "asked_start",
  "outcome",
  "start",
  "id",
  "code",
  "alternatives",
  "in_words",
  "message",
];

const OUTCOMES: Readonly<Partial<Record<Standing["fate"], string>>> = {
  waiting: "waiting to be sent",
  certain: "certain, waiting to be sent",
  known: "registered already",
  interrupted: "not taken",
  sealed: "somebody else's",
};

/** Writes one line per row that was read, with what became of it. */
export async function results(device: Device, options: ResultsOptions, terminal: Terminal): Promise<number> {
  const wanted = options.from === undefined ? undefined : resolve(options.from);
  const all = await standings(device);
  const chosen = all.filter(({ kind, row }) =>
    wanted === undefined ? row !== undefined || kind !== "registration" : row?.file === wanted,
  );
  await writeWhole(options.to, csvText(HEADER, chosen.map(cellsOf)));
  terminal.say(`${options.to}: ${several(chosen.length, "line")}.`);
  const interrupted = chosen.filter(({ fate }) => fate === "interrupted").length;
  if (interrupted > 0) terminal.say(interruptedRows(interrupted));
  return 0;
}

function cellsOf({
  kind,
  fate,
  words,
  row,
  id,
  start,
  code,
  alternatives,
  message,
  patient,
}: Standing): readonly string[] {
  return [
    row === undefined ? "" : basename(row.file),
    row === undefined || row.line === 0 ? "" : String(row.line),
    row?.request ?? "",
    kind,
    row?.patient ?? patient ?? "",
    row?.doctor ?? "",
    row?.asked ?? "",
    OUTCOMES[fate] ?? fate,
    start ?? "",
    id ?? "",
    code ?? "",
    alternatives.join(" "),
    words,
    message ?? "",
  ];
}
