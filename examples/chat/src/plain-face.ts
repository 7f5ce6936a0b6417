import type { ShownMessage } from "@healthbridge/client-sdk/chat";
import { missingInWords, type PlacedLine } from "./lines.ts";
import type { Terminal } from "./terminal.ts";
import { type Face, type OpenConversation, titleOf, type View, whenOf } from "./view.ts";
import { clock, several, whatItSays, whereItIs, whoWrote } from "./words.ts";

/** Lines that are said when a conversation is opened, and for each `/older`. */
const PAGE = 20;
/** Signs of a line's text by which a later word about it is recognised. */
const RECOGNISED = 40;

/** Lines one after another, for a pipe, a file or a screen reader: what is new is said once, and what has changed about a line as well. */
export class PlainFace implements Face {
  readonly page = PAGE;
  readonly #terminal: Terminal;
  #network = "";
  /** the conversation that is open, and `list` */
  #place = "";
  /** what was said of each line where it is */
  readonly #said = new Map<string, string>();
  /** the number from which on all lines are said */
  #from = 1;
  /** new lines in the other conversations, as they were said */
  readonly #unread = new Map<string, number>();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(view: View): void {
    if (view.network !== this.#network) this.#terminal.say(`-- ${view.network}`);
    this.#network = view.network;
    const place = view.open?.entry.id ?? "list";
    const arrived = place !== this.#place;
    this.#place = place;
    if (view.open === undefined) this.#showList(view, arrived);
    else this.#showConversation(view.open, arrived);
    this.#showNews(view);
  }

  typed(): void {
    // What was said stands where it stands.
  }

  again(): void {
    this.#place = "";
  }

  tell(...lines: readonly string[]): void {
    for (const line of lines) this.#terminal.say(`-- ${line}`);
  }

  read(title: string, lines: readonly string[]): void {
    this.#terminal.say(`-- ${title}`);
    for (const line of lines) this.#terminal.say(line);
  }

  #showList({ entries }: View, arrived: boolean): void {
    if (!arrived) return;
    this.#terminal.say(entries.length === 0 ? "-- No conversations yet." : "-- Conversations:");
    for (const entry of entries) {
      const { number, unread, last, closed } = entry;
      const more = [
        ...(unread > 0 ? [several(unread, "new line")] : []),
        ...(closed ? ["closed"] : []),
        ...(last === undefined ? [`not begun, ${whenOf(entry)}`] : []),
      ];
      this.#terminal.say(`${String(number).padStart(3)}  ${[titleOf(entry), ...more].join(", ")}`);
    }
  }

  #showConversation({ entry, lines, hidden }: OpenConversation, arrived: boolean): void {
    if (arrived) {
      this.#terminal.say(`-- ${titleOf(entry)}${entry.closed ? " (closed)" : ""}`);
      this.#said.clear();
    }
    const end = lines.length - hidden;
    const page = arrived || hidden > 0 ? lines.slice(Math.max(0, end - PAGE), end) : [];
    if (arrived) this.#from = numberIn(page) ?? (numberIn(lines.toReversed()) ?? 0) + 1;
    // What comes is no more the last: lines of one's own wait behind it.
    const news = lines.filter(({ number = Infinity }) => number >= this.#from);
    for (const line of [...page, ...news]) if (!this.#said.has(line.id)) this.#sayLine(line);
    for (const line of lines) if (this.#said.has(line.id)) this.#sayChange(line);
  }

  #sayLine(line: PlacedLine): void {
    if (line.missing !== undefined) this.#terminal.say(`-- ${missingInWords(line.missing)}: /older`);
    const words = whereItIs(line);
    const number = line.number === undefined ? "" : `${String(line.number)}  `;
    const text = whatItSays(line).replaceAll("\n", "\n      ");
    this.#terminal.say(
      `${number}${clock(line.at)}  ${whoWrote(line)}: ${text}${words === "" ? "" : `  [${words}]`}`,
    );
    this.#said.set(line.id, words);
  }

  #sayChange(line: ShownMessage): void {
    const words = whereItIs(line);
    if (this.#said.get(line.id) === words) return;
    this.#said.set(line.id, words);
    const number = line.number === undefined ? "" : `${String(line.number)}  `;
    const text = whatItSays(line).replaceAll("\n", " ");
    const short = text.length > RECOGNISED ? `${text.slice(0, RECOGNISED)}…` : text;
    this.#terminal.say(`${number}“${short}”: ${words}`);
  }

  #showNews({ entries, open }: View): void {
    for (const entry of entries) {
      const known = this.#unread.get(entry.id) ?? 0;
      this.#unread.set(entry.id, entry.unread);
      if (entry.unread > known && entry.id !== open?.entry.id)
        this.#terminal.say(
          `-- ${several(entry.unread, "new line")} in ${String(entry.number)}  ${titleOf(entry)}`,
        );
    }
  }
}

/** The first number there is. */
function numberIn(lines: readonly ShownMessage[]): number | undefined {
  return lines.find(({ number }) => number !== undefined)?.number;
}
