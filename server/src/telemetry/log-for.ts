import type { Config } from "../config/config.ts";
import { createLog, type Log } from "./log.ts";

/** In the demo and at a terminal for people, elsewhere for machines. */
export function logFor(config: Config, { write }: { readonly write?: (line: string) => void }): Log {
  const forPeople = config.demo || process.stdout.isTTY;
  return createLog({
    level: config.logLevel ?? (config.demo ? "warn" : "info"),
    format: config.logFormat ?? (forPeople ? "plain" : "json"),
    write,
  });
}
