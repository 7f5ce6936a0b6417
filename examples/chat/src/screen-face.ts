import type { ShownMessage } from "@healthbridge/client-sdk/chat";
import type { Entry } from "./entries.ts";
import { missingInWords, type PlacedLine } from "./lines.ts";
import { apart, cut, type Row, widthOf, wrap } from "./rows.ts";
import type { Terminal } from "./terminal.ts";
import { type Face, type OpenConversation, titleOf, type View, whenOf } from "./view.ts";
import { clock, day, several, whatItSays, whereItIs, whoWrote } from "./words.ts";

/** Places before a line's text: its number and the time. */
const MARGIN = 13;
/** Words as long as these stand behind a line's text, longer ones below it. */
const SHORT_WORDS = 20;

/** A screen that is drawn anew whenever something has changed; what is being typed stays. */
export class ScreenFace implements Face {
  readonly #terminal: Terminal;
  #view: View | undefined;
  #told: readonly string[] = [];
  #text: { readonly title: string; readonly lines: readonly string[] } | undefined;
  #page = 1;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get page(): number {
    return this.#page;
  }

  show(view: View): void {
    this.#view = view;
    this.#draw();
  }

  typed(): void {
    this.#told = [];
    this.#text = undefined;
  }

  again(): void {
    // It always is.
  }

  tell(...lines: readonly string[]): void {
    this.#told = lines;
    this.#draw();
  }

  read(title: string, lines: readonly string[]): void {
    this.#text = { title, lines };
    this.#draw();
  }

  #draw(): void {
    const view = this.#view;
    if (view === undefined) return;
    const { columns, rows } = this.#terminal.room;
    const head = headOf(view, this.#text?.title, columns);
    const foot = this.#told
      .flatMap((line) => wrap(line, columns))
      .map((text): Row => ({ text, look: "bold" }));
    const room = Math.max(1, rows - head.length - foot.length);
    const body = this.#body(view, room, columns);
    const empty = Array.from({ length: Math.max(0, room - body.length) }, (): Row => ({ text: "" }));
    // What is said stands where it is answered: right above the line that is being typed.
    const talking = view.open !== undefined && this.#text === undefined;
    const middle = talking ? [...empty, ...body] : [...body, ...empty];
    this.#terminal.draw([...head, ...middle, ...foot].slice(-rows));
  }

  #body(view: View, room: number, columns: number): readonly Row[] {
    if (this.#text !== undefined)
      return this.#text.lines
        .flatMap((line) => wrap(line, columns))
        .map((text) => ({ text }))
        .slice(0, room);
    if (view.open === undefined) return listRows(view.entries, room, columns);
    const { rows, lines } = conversationRows(view.open, room, columns);
    this.#page = Math.max(1, lines);
    return rows;
  }
}

function headOf(
  { name, network, company, entries, open }: View,
  reading: string | undefined,
  columns: number,
): readonly Row[] {
  const elsewhere = entries
    .filter(({ id }) => id !== open?.entry.id)
    .reduce((sum, { unread }) => sum + unread, 0);
  const news =
    elsewhere === 0 ? "" : `${several(elsewhere, "new line")}${open === undefined ? "" : " elsewhere"}`;
  const closed = open?.entry.closed === true ? " (closed)" : "";
  const title = reading ?? (open === undefined ? "Conversations" : `${titleOf(open.entry)}${closed}`);
  return [
    { text: apart(title, news, columns), look: "bold" },
    ...statusRows(`${name}: ${network}`, company, columns),
    { text: "─".repeat(columns), look: "dim" },
  ];
}

/** Two words on a row where both fit; what is said of the network is never cut. */
function statusRows(network: string, company: string, columns: number): readonly Row[] {
  const together = widthOf(network) + widthOf(company) + 2 <= columns;
  const texts = together ? [apart(network, company, columns)] : wrap(network, columns);
  return texts.map((text): Row => ({ text, look: "dim" }));
}

function listRows(entries: readonly Entry[], room: number, columns: number): readonly Row[] {
  if (entries.length === 0)
    return wrap("Nobody has an appointment here yet. A conversation belongs to one.", columns).map(
      (text) => ({ text }),
    );
  const rows = [...sections(entries, true, columns), hint("", columns)];
  if (rows.length <= room) return rows;
  // Names first: on a low screen what was said last has no room.
  const short = sections(entries, false, columns);
  if (short.length < room) return [...short, hint("", columns)];
  const shown = entries.slice(0, Math.max(1, room - 1));
  return [
    ...shown.map((entry) => entryRow(entry, columns)),
    hint(`${String(entries.length - shown.length)} more are not shown. `, columns),
  ];
}

function hint(more: string, columns: number): Row {
  return { text: cut(`${more}Open one by its number or by the patient's name. /help`, columns), look: "dim" };
}

function sections(entries: readonly Entry[], roomy: boolean, columns: number): readonly Row[] {
  const begun = entries.filter(({ last }) => last !== undefined);
  const offered = entries.filter(({ last }) => last === undefined);
  const title: readonly Row[] = [{ text: "" }, { text: "Not begun yet", look: "dim" }];
  return [
    ...begun.flatMap((entry) => [entryRow(entry, columns), ...(roomy ? [lastRow(entry, columns)] : [])]),
    ...(offered.length === 0 ? [] : title),
    ...offered.map((entry) => entryRow(entry, columns)),
    { text: "" },
  ];
}

function entryRow(entry: Entry, columns: number): Row {
  const { unread, last, closed } = entry;
  const state = unread > 0 ? several(unread, "new line") : closed ? "closed" : "";
  const look = unread > 0 ? ("bold" as const) : undefined;
  return { text: apart(headingOf(entry), last === undefined ? whenOf(entry) : state, columns), look };
}

function lastRow({ last }: Entry, columns: number): Row {
  const line = last === undefined ? "" : `${whoWrote(last)}: ${whatItSays(last).replaceAll("\n", " ")}`;
  return { text: apart(`     ${line}`, last === undefined ? "" : whereItIs(last), columns), look: "dim" };
}

function headingOf(entry: Entry): string {
  return `${String(entry.number).padStart(3)}  ${titleOf(entry)}`;
}

/** The newest rows that fit, and how many lines of the conversation they are. */
function conversationRows(
  { entry, lines, hidden }: OpenConversation,
  room: number,
  columns: number,
): { readonly rows: readonly Row[]; readonly lines: number } {
  const newer: readonly Row[] =
    hidden === 0 ? [] : [{ text: `… ${several(hidden, "newer line")} below: /newer`, look: "dim" }];
  const seen = lines.slice(0, lines.length - hidden);
  if (seen.length === 0) return { rows: emptyRows(entry, columns), lines: 0 };
  const rows: Row[] = [...newer];
  let count = 0;
  for (const [at, line] of [...seen.entries()].toReversed()) {
    const before = seen[at - 1];
    const dated = before === undefined || day(before.at) !== day(line.at);
    const own = [
      ...(line.missing === undefined ? [] : [missingRow(line.missing, columns)]),
      ...(dated ? [dayRow(line.at, columns)] : []),
      ...lineRows(line, columns),
    ];
    if (rows.length + own.length > room && count > 0) break;
    rows.unshift(...own);
    count += 1;
  }
  return { rows: rows.slice(-room), lines: count };
}

function emptyRows(entry: Entry, columns: number): readonly Row[] {
  const when = whenOf(entry);
  const words = `Nobody has written here yet${when === "" ? "" : `; the appointment is on ${when}`}. What you type is the first line.`;
  return wrap(words, columns).map((text) => ({ text, look: "dim" }));
}

function dayRow(at: number, columns: number): Row {
  return { text: cut(`${" ".repeat(MARGIN)}${day(at)}`, columns), look: "dim" };
}

function missingRow(missing: NonNullable<PlacedLine["missing"]>, columns: number): Row {
  return { text: cut(`${" ".repeat(MARGIN)}… ${missingInWords(missing)}: /older`, columns), look: "dim" };
}

function lineRows(line: ShownMessage, columns: number): readonly Row[] {
  const number = line.number === undefined ? "" : String(line.number);
  const words = whereItIs(line);
  const width = Math.max(10, columns - MARGIN);
  const texts = [...wrap(`${whoWrote(line)}: ${whatItSays(line)}`, width)];
  const last = texts.pop() ?? "";
  const behind = words === "" || (words.length <= SHORT_WORDS && widthOf(last) + words.length + 2 <= width);
  const all = behind ? [...texts, apart(last, words, width)] : [...texts, last, apart("", words, width)];
  const look = line.state === "refused" ? ("bold" as const) : undefined;
  const head = `${number.padStart(4)}  ${clock(line.at)}  `;
  return all.map((text, at) => ({ text: `${at === 0 ? head : " ".repeat(MARGIN)}${text}`, look }));
}
