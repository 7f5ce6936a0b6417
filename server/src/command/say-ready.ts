import { resolve } from "node:path";
import { appLines } from "../apps/app-lines.ts";
import type { Config } from "../config/config.ts";
import { NOTICES_PAGE } from "../demo/notices-page.ts";

/** Tells people where it listens and what to know about it. */
export function sayReady(config: Config, url: string, say: (line: string) => void): void {
  say(`Ready at ${url} (data in ${resolve(config.dataFolder)}).`);
  for (const line of appLines(config, url)) say(line);
  if (config.demo)
    say("This is the demo: its passwords are public. Let nobody else reach it, and keep nothing real in it.");
  else if (config.host === "127.0.0.1" || config.host === "localhost")
    say("Only this machine can reach it; HOST=0.0.0.0 lets others in.");
  if (config.demo) say(`What patients would be told by SMS, push or mail: ${url}${NOTICES_PAGE}.`);
  say(`Documentation: ${url}/docs. Stop with Ctrl-C.`);
}
