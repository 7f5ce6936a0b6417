import { readSyncLine, type SyncLine } from "@healthbridge/schema/client";
import { type Answer, Cut, parseJson, textOf } from "./http.ts";
import { isRecord } from "../outbox/rows.ts";

/**
 * The parts of a sync answer as they arrive, in groups that may be kept together: an answer in one JSON object is one group, of an answer in lines every
 * line is one.
 */
export async function* answerParts({ lines, read }: Answer): AsyncGenerator<readonly SyncLine[]> {
  if (!lines) {
    yield wholeAnswer(await textOf(read()));
    return;
  }
  let rest = "";
  for await (const chunk of read()) {
    const whole = (rest + chunk).split("\n");
    rest = whole.pop() ?? "";
    for (const line of whole) {
      const part = readable(parseJson(line));
      yield [part];
      if (part.line === "end") return;
    }
  }
  throw new Cut("the answer was cut");
}

function wholeAnswer(text: string): readonly SyncLine[] {
  const whole = parseJson(text);
  if (!isRecord(whole)) return [readable(whole)];
  const { changes = [], cursors, more, ...head } = whole;
  return [
    readable({ ...head, line: "head" }),
    ...[changes].flat().map((page: unknown) => readable(isRecord(page) && { ...page, line: "page" })),
    readable({ cursors, more, line: "end" }),
  ];
}

function readable(part: unknown): SyncLine {
  const line = readSyncLine(part);
  if (!line) throw new Cut("the answer could not be read");
  return line;
}
