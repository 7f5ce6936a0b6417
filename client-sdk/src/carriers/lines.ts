import { fits, readSyncLine, type SyncLine } from "@healthbridge/schema/client";
import { parseJson, type Reply } from "./http.ts";

/** Thrown for an answer that ended before its end, or that is not what our server says. What was read before it stands. */
export class Cut extends Error {
  override readonly name = "Cut";
}

/**
 * The parts of a sync answer as they arrive, in groups that may be kept together: an answer in one JSON object is one group, of an answer in lines every
 * line is one.
 */
export async function* answerParts(
  reply: Extract<Reply, { kind: "answer" }>,
): AsyncGenerator<readonly SyncLine[]> {
  if (!reply.lines) {
    yield wholeAnswer(await textOf(reply));
    return;
  }
  let rest = "";
  for await (const chunk of guarded(reply.read())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const part = lineOf(line);
      yield [part];
      if (part.line === "end") return;
    }
  }
  throw new Cut("the answer was cut");
}

/** All of an answer's body. */
export async function textOf(reply: Extract<Reply, { kind: "answer" }>): Promise<string> {
  let text = "";
  for await (const chunk of guarded(reply.read())) text += chunk;
  return text;
}

function lineOf(line: string): SyncLine {
  const part = readSyncLine(parseJson(line));
  if (part === undefined) throw new Cut("a line could not be read");
  return part;
}

function wholeAnswer(text: string): readonly SyncLine[] {
  const whole = parseJson(text);
  if (!fits("answer", whole)) throw new Cut("the answer could not be read");
  const { changes, cursors, more, ...head } = whole;
  return [
    { line: "head", ...head },
    ...(changes ?? []).map((page) => ({ line: "page" as const, ...page })),
    { line: "end", cursors, more },
  ];
}

/** What a line does (resets, time-outs) while a body is read is a cut like any other. */
async function* guarded(chunks: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield* chunks;
  } catch (error) {
    throw new Cut(error instanceof Error ? error.message : "the answer was cut", { cause: error });
  }
}
