/** One of several nodes, started by `start-nodes.ts` and by nobody else: what it has to say it says to that. */
import { parseArgs } from "node:util";
import { serveUntilStopped } from "../command/serve.ts";
import { whyNot } from "../command/why-not.ts";
import { readConfig } from "../config/config.ts";
import { seedDemo } from "../demo/seed-demo.ts";
import { startServer } from "../server.ts";
import type { NodeWord } from "./node-words.ts";

const OPTIONS = {
  demo: { type: "boolean", default: false },
  fill: { type: "boolean", default: false },
} as const;

function tell(word: NodeWord): void {
  if (process.connected) process.send?.(word, undefined, {}, () => undefined);
}

function say(text: string): void {
  tell({ kind: "line", text });
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

// Whoever started us is gone, however that ended: nobody could stop us any more.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
try {
  const { demo, fill } = parseArgs({ options: OPTIONS }).values;
  const config = readConfig(process.env, { demo });
  const progress = (step: string, done: number, all: number): void => {
    tell({ kind: "progress", step, done, all });
  };
  const filling: Pick<Parameters<typeof startServer>[1], "seedDemo"> = fill
    ? { seedDemo: (parts) => seedDemo({ ...parts, progress }) }
    : {};
  await serveUntilStopped({ say, complain }, (signal) =>
    startServer(config, {
      say,
      signal,
      ...filling,
      onReady: (url) => {
        tell({ kind: "ready", port: Number(new URL(url).port) });
      },
    }),
  );
} catch (error) {
  complain(whyNot(error));
  process.exit(1);
}
