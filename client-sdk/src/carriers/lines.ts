import { fits, readSyncLine, type SyncLine } from "@healthbridge/schema/client";
import { Cut, parseJson, type Reply, textOf } from "./http.ts";

/**
 * The parts of a sync answer as they arrive, in groups that may be kept together: an answer in one JSON object is one group, of an answer in lines every
 * line is one.
 */
export async function* answerParts({
  lines,
  read,
}: Extract<Reply, { kind: "answer" }>): AsyncGenerator<readonly SyncLine[]> {
  if (!lines) {
    yield wholeAnswer(await textOf(read()));
    return;
  }
  let rest = "";
  for await (const chunk of read()) {
    const whole = (rest + chunk).split("\n");
    rest = whole.pop() ?? "";
    for (const line of whole) {
      const part = readSyncLine(parseJson(line));
      if (!part) throw new Cut("a line could not be read");
      yield [part];
      if (part.line === "end") return;
    }
  }
  throw new Cut("the answer was cut");
}

function wholeAnswer(text: string): readonly SyncLine[] {
  const whole = parseJson(text);
  if (!fits("answer", whole)) throw new Cut("the answer could not be read");
  const { changes = [], cursors, more, ...head } = whole;
  return [
    { line: "head", ...head },
    ...changes.map((page) => ({ line: "page" as const, ...page })),
    { line: "end", cursors, more },
  ];
}
