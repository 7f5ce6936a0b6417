import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

export const HELP = `Breaks a running HealthBridge in every way we know, and checks that nothing was lost, doubled, stuck or shown wrongly.

  npm run chaos                                  one minute of faults on MariaDB, then the checks
  npm run chaos -- --minutes 10                  the long run
  npm run chaos -- --database mysql --servers 3  on MySQL, with three servers
  npm run chaos -- --seed 4711                   the same faults and work again, as far as real processes allow
  npm run chaos -- --report docs/reliability.md  write the report, and a picture beside it
  npm run chaos -- --without-durability          the control: the database forgets on purpose, and the checks must find it
  npm run chaos -- --work chat --minutes 10      mostly messages: conversations that many write in at once
  npm run chaos -- --line 2g                     500 queued operations over a line as slow as 2G

  --minutes N      how long faults are made, 1 where left out
  --seed S         a whole number; drawn, and told, where left out
  --clients N      devices, 8 to 16; 12 where left out
  --servers N      server processes, 1 to 3; 2 where left out
  --database D     mariadb (standard) or mysql
  --work W         all (standard) or chat
  --without-redis  no Redis between the servers: they ask the database what is new
  --report FILE    write the report to this file; none where left out
  --keep           keep the histories, and say where they are
  --help           this

It ends with 0 if nothing is wrong, with 1 if a rule was broken (the histories are kept then), with 2 if it could not run.`;

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly clients: number;
  readonly servers: number;
  readonly database: "mariadb" | "mysql";
  readonly report: string | undefined;
  readonly durable: boolean;
  /** what devices do: everything, or mostly write messages */
  readonly work: "all" | "chat";
  readonly withRedis: boolean;
  readonly line: "2g" | undefined;
  readonly keep: boolean;
}

/** What was asked for on the command line makes no sense. */
export class WrongOption extends Error {}

/** Reads the command line; `undefined` where only help was asked for. */
export function readOptions(words: readonly string[]): ChaosOptions | undefined {
  const values = parsed(words);
  if (values.help) return undefined;
  const report = values.report ?? "none";
  return {
    minutes: number("--minutes", values.minutes, 0.1, 1_440),
    seed: values.seed === undefined ? randomInt(1, 1_000_000) : whole("--seed", values.seed, 0, 2 ** 32),
    clients: whole("--clients", values.clients, 8, 16),
    servers: whole("--servers", values.servers, 1, 3),
    database: oneOf("--database", values.database, ["mariadb", "mysql"]),
    report: report === "none" ? undefined : report,
    durable: !values["without-durability"],
    work: oneOf("--work", values.work, ["all", "chat"]),
    withRedis: !values["without-redis"],
    line: values.line === undefined ? undefined : oneOf<"2g">("--line", values.line, ["2g"]),
    keep: values.keep,
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        minutes: { type: "string", default: "1" },
        seed: { type: "string" },
        clients: { type: "string", default: "12" },
        servers: { type: "string", default: "2" },
        database: { type: "string", default: "mariadb" },
        report: { type: "string" },
        work: { type: "string", default: "all" },
        "without-redis": { type: "boolean", default: false },
        "without-durability": { type: "boolean", default: false },
        line: { type: "string" },
        keep: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new WrongOption(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text === "" || !(value >= least && value <= most))
    throw new WrongOption(`${name} is a number from ${least} to ${most}`);
  return value;
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = number(name, text, least, most);
  if (!Number.isInteger(value)) throw new WrongOption(`${name} is a whole number`);
  return value;
}

function oneOf<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const found = choices.find((each) => each === text);
  if (found === undefined) throw new WrongOption(`${name} is one of: ${choices.join(", ")}`);
  return found;
}
