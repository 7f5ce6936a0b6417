import { HealthBridgeError } from "@healthbridge/client-sdk";
import type { Chat, ShownMessage } from "@healthbridge/client-sdk/chat";
import type { Entries } from "./entries.ts";
import { titleOf } from "./view.ts";
import { clock, day, several, whatItSays, whoWrote } from "./words.ts";

const MOST_FOUND = 30;

/** Lines with a text: on this device, and where there is a network at the server as well. */
export async function search(
  chat: Chat,
  entries: Entries,
  text: string,
): Promise<{ readonly title: string; readonly lines: readonly string[] }> {
  const here = chat.search(text);
  let there: readonly ShownMessage[] = [];
  let only = "";
  try {
    ({ found: there } = await chat.searchAtServer({ text }));
  } catch (error) {
    if (!(error instanceof HealthBridgeError)) throw error;
    only = error.code === "offline" ? " (no network: only on this device)" : " (only on this device)";
  }
  const all = new Map([...here, ...there].map((each) => [each.id, each]));
  const found = [...all.values()].toSorted((left, right) => right.at - left.at);
  const more = found.length > MOST_FOUND ? [`… and ${String(found.length - MOST_FOUND)} more`] : [];
  return {
    title: `${several(found.length, "line")} with “${text}”${only}`,
    lines: [...found.slice(0, MOST_FOUND).flatMap((each) => rowsOf(each, entries)), ...more],
  };
}

function rowsOf(line: ShownMessage, entries: Entries): readonly string[] {
  const entry = entries.one(line.conversation);
  const where = entry === undefined ? "" : `${String(entry.number)}  ${titleOf(entry)}`;
  const number = line.number === undefined ? "" : `, line ${String(line.number)}`;
  return [
    `${where}${number}, ${day(line.at)} ${clock(line.at)}`,
    `     ${whoWrote(line)}: ${whatItSays(line).replaceAll("\n", " ")}`,
  ];
}
