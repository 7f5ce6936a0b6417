import { type Cron, systemCron } from "../server/src/adapters/cron.ts";
import { systemRuntime } from "../server/src/database/system-runtime.ts";
import { readConfig, startServer } from "../server/src/index.ts";

/**
 * The server as it always is, whose night can be called: sent `night` it does what it does by itself at its hours, in their order, in its own process. What its log says
 * of jobs is told to the parent, and `over` at the end. Sent `pause` the job rests after its batch until it is sent `resume`.
 */
const night: { readonly at: number; readonly action: () => Promise<void> }[] = [];

/** What has an hour is done in the night. */
const cron: Cron = {
  schedule(expression, action) {
    const [, minute, hour] = /^(\d+) (\d+) /.exec(expression) ?? [];
    if (hour === undefined) return systemCron.schedule(expression, action);
    night.push({ at: Number(hour) * 60 + Number(minute), action });
    return () => undefined;
  },
};

let resumed = Promise.withResolvers<undefined>();
resumed.resolve(undefined);

const config = readConfig({
  ...process.env,
  HEALTHBRIDGE_LOG: "info",
  HEALTHBRIDGE_LOG_FORMAT: "json",
});
const server = await startServer(config, {
  say: (line) => console.log(line),
  cron,
  runtime: {
    ...systemRuntime,
    sleep: async (milliseconds, signal) => {
      await systemRuntime.sleep(milliseconds, signal);
      await resumed.promise;
    },
  },
  write: (line) => {
    if (line.includes('"job"')) process.send?.(line);
  },
});

process.on("message", (message) => {
  if (message === "night") void passNight();
  if (message === "pause") resumed = Promise.withResolvers();
  if (message === "resume") resumed.resolve(undefined);
});
process.on("SIGTERM", () => {
  void server.close().then(() => process.exit(0));
});

async function passNight(): Promise<void> {
  for (const { action } of night.toSorted((left, right) => left.at - right.at)) await action();
  process.send?.("over");
}
