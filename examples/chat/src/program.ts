import type { HealthBridge } from "@healthbridge/client-sdk";
import type { Attachments } from "@healthbridge/client-sdk/attachments";
import { StoreError } from "@healthbridge/client-sdk";
import { Command, CommanderError } from "commander";
import { join } from "node:path";
import { openDevice, serverAddress, signIn } from "./device.ts";
import { HELP } from "./help.ts";
import { stayInTouch } from "./in-touch.ts";
import { PlainError } from "./plain-error.ts";
import { PlainFace } from "./plain-face.ts";
import { ScreenFace } from "./screen-face.ts";
import { Talk } from "./talk.ts";
import type { Terminal } from "./terminal.ts";
import { several } from "./words.ts";

interface Options {
  readonly url: string;
  readonly login: string;
  readonly folder?: string;
  readonly with?: string;
}

/** A fault of the program itself, as `sysexits.h` counts it. */
const BROKEN = 70;
/** Ctrl-C, as shells count it. */
const INTERRUPTED = 130;

/**
 * Runs the program; answers its exit code. Whatever goes wrong is told in a line.
 * @param words the words after the program's name
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command("chat")
    .description("Two people write to each other, each in a terminal, with or without a network.")
    .option("--url <url>", "where the server is", "http://localhost:8080")
    .requiredOption("--login <name>", "the name you sign in with")
    .option(
      "--folder <folder>",
      "where this device keeps what is written (default: ./chat-data/SERVER/LOGIN)",
    )
    .option("--with <who>", "opens a conversation at once: a patient's or a doctor's name")
    .addHelpText("after", HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.say(text.trimEnd());
      },
      writeErr: (text) => {
        terminal.warn(text.trimEnd());
      },
    })
    .action((options: Options) => converse(options, terminal));
  try {
    await program.parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    return reportFailure(error, terminal);
  }
}

async function converse(options: Options, terminal: Terminal): Promise<void> {
  const url = serverAddress(options.url);
  const login = options.login.trim().toLowerCase();
  const folder = options.folder ?? join("chat-data", new URL(url).host.replaceAll(":", "-"), login);
  await using device = await openDevice(folder, url);
  const { hb, chat, line, attachments } = device;
  await signIn(hb, login, terminal);
  const face = terminal.interactive ? new ScreenFace(terminal) : new PlainFace(terminal);
  const talk = new Talk(hb, chat, face, line, attachments);
  await using _touch = stayInTouch(hb, line);
  try {
    if (terminal.interactive) terminal.enter();
    await listen(talk, terminal, options.with);
  } finally {
    terminal.leave();
    if (terminal.interactive) talk.end();
  }
  await sendRest(hb, terminal);
  await sendFiles(attachments, terminal);
  if (terminal.interactive) return;
  talk.refresh(); // where each line is by now
  talk.end();
}

/** Does what is typed, until there is no more. */
async function listen(talk: Talk, terminal: Terminal, who: string | undefined): Promise<void> {
  terminal.onResize(() => {
    talk.refresh();
  });
  terminal.onKey(() => {
    talk.keyed();
  });
  if (who === undefined) talk.refresh();
  else await talk.type(`/open ${who}`);
  // Nobody is there to say who else is meant, and what comes in must not be taken for names.
  if (who !== undefined && !talk.isOpen && !terminal.interactive)
    throw new PlainError(`No conversation is open, so nothing is written.`);
  for await (const line of terminal.lines()) if (!(await talk.type(line))) return;
}

/** What waits gets one more chance: the program may not run again for days. */
async function sendRest(hb: HealthBridge, terminal: Terminal): Promise<void> {
  const waits = (): number => hb.waiting().filter(({ type }) => type === "message.send").length;
  if (hb.waiting().length > 0 && !terminal.signal.aborted)
    await hb.sync({ until: "settled", signal: terminal.signal });
  if (waits() > 0)
    terminal.say(
      `${several(waits(), "line")} waiting to be sent; kept here, and sent the next time this program runs.`,
    );
}

/** In a pipe nobody waits for the screen: photos are sent while there is a network. */
async function sendFiles(attachments: Attachments, terminal: Terminal): Promise<void> {
  const waits = (): number => attachments.list().filter(({ state }) => state === "waiting").length;
  if (waits() > 0 && !terminal.interactive && !terminal.signal.aborted) await attachments.upload();
  if (waits() > 0)
    terminal.say(`${several(waits(), "file")} waiting to be sent, the next time this program runs.`);
}

function reportFailure(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode; // its text was written already
  if (error instanceof PlainError) {
    terminal.warn(error.message);
    return error.exitCode;
  }
  if (terminal.signal.aborted || (error instanceof Error && error.name === "AbortError")) return INTERRUPTED;
  const said = error instanceof Error && error.cause instanceof StoreError ? error.cause : error;
  if (said instanceof StoreError) {
    terminal.warn(`This computer could not keep or read what is written. ${said.message}`);
    return 1;
  }
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.warn(`Something broke that should not. What was written is kept.\n${told}`);
  return BROKEN;
}
