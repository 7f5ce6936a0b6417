import { describeStatus, type HealthBridge, type SyncReport } from "@healthbridge/client-sdk";
import { chatOf } from "../chat-of.ts";
import type { Device } from "../device.ts";
import { PlainError } from "../plain-error.ts";
import { Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import { count, several } from "../words.ts";
import { INTERRUPTED } from "./report-intake.ts";
import { newMessagesInWords } from "./messages.ts";
import { totals, totalsInWords } from "./totals.ts";

/** Exit codes of `sync`, told in its help. */
export const NO_CONNECTION = 3;
export const SIGN_IN_NEEDED = 4;
export const NOT_FINISHED = 5;

export interface SyncCommandOptions {
  readonly watch?: boolean;
  /** seconds to go on trying */
  readonly tryFor?: number;
}

/** Sends what waits and fetches what is new. */
export async function sync(device: Device, options: SyncCommandOptions, terminal: Terminal): Promise<number> {
  if (device.server === undefined)
    throw new PlainError(
      "No server is known yet. First: clinic-batch sign-in --server URL --name LOGIN",
      SIGN_IN_NEEDED,
    );
  if (options.watch === true) return watch(device, terminal);
  const chat = await chatOf(device); // what comes in is said to have arrived, in the same go
  const report = await exchange(device, terminal, {
    title: "Sending",
    tryFor: (options.tryFor ?? 0) * 1_000,
  });
  chat.end();
  for (const line of totalsInWords(await totals(device))) terminal.say(line);
  const news = await newMessagesInWords(device);
  if (news !== "") terminal.say(`${news}.`);
  terminal.say(`${summary(report)} ${traffic(report)}`.trimEnd());
  return exitCode(report);
}

/** One sync with its progress shown. */
export async function exchange(
  { hb, ledger }: Device,
  terminal: Terminal,
  { title, tryFor }: { readonly title: string; readonly tryFor: number },
): Promise<SyncReport> {
  const atFirst = hb.status.get().waiting.total;
  let fetched = 0;
  using progress = new Progress(terminal, atFirst === 0 ? "Fetching what is new" : title);
  const show = (): void => {
    const { waiting, nextAttempt } = hb.status.get();
    const pause = nextAttempt === undefined || nextAttempt < Date.now() ? "" : "no connection, trying again";
    if (atFirst > 0 && waiting.total > 0) progress.show(Math.max(0, atFirst - waiting.total), atFirst, pause);
    else progress.show(fetched, undefined, pause === "" ? "changes" : pause);
  };
  const stops = [
    hb.on("changed", ({ entities }) => {
      fetched += entities;
      show();
    }),
    hb.status.subscribe(show),
  ];
  try {
    return await hb.sync({ signal: terminal.signal, tryFor });
  } finally {
    for (const stop of stops) stop();
    const { lastSuccess } = hb.status.get();
    if (lastSuccess !== undefined) await ledger.noteContact(lastSuccess);
  }
}

/** Goes on until Ctrl-C; says whenever something has changed. */
async function watch(device: Device, terminal: Terminal): Promise<number> {
  const { hb, ledger } = device;
  const chat = await chatOf(device);
  const ended = Promise.withResolvers<void>();
  terminal.signal.addEventListener("abort", () => {
    ended.resolve();
  });
  if (terminal.signal.aborted) ended.resolve();
  terminal.say("Sending and fetching from now on. Stop with Ctrl-C; nothing is lost.");
  let told = "";
  const stop = hb.status.subscribe((status) => {
    const words = describeStatus(status);
    const tried = status.lastSuccess !== undefined || status.lastProblem !== undefined;
    if (status.state === "sending" || words === told || !tried) return;
    told = words;
    terminal.say(`${new Date().toLocaleTimeString("en-GB")}  ${words}.`);
  });
  const newMessages = (): number => chat.conversations().reduce((sum, { unread }) => sum + unread, 0);
  let known = newMessages();
  chat.watch(() => {
    const unread = newMessages();
    if (unread > known)
      terminal.say(
        `${new Date().toLocaleTimeString("en-GB")}  ${several(unread, "new message")}; read with: clinic-batch messages.`,
      );
    known = unread;
  });
  hb.start();
  await ended.promise;
  stop();
  chat.end();
  hb.stop();
  const { lastSuccess } = hb.status.get();
  if (lastSuccess !== undefined) await ledger.noteContact(lastSuccess);
  terminal.say(`Stopped; ${waitingInWords(hb)}.`);
  return INTERRUPTED;
}

function summary({ done, applied, rejected, waiting, problem }: SyncReport): string {
  if (done) return "Everything is sent, and what is new is here.";
  const sent = applied + rejected === 0 ? "" : `${count(applied + rejected)} were sent. `;
  const left =
    waiting === 0
      ? "everything is sent, but what is new could not be fetched"
      : `${count(waiting)} waiting to be sent`;
  if (problem === undefined) return `${sent}${left}; run sync again.`;
  if (problem.code === "aborted") return `${sent}Stopped. Nothing is lost: ${left}; run sync again.`;
  if (isSignIn(problem.code)) return `${sent}Please sign in again; nothing is lost: ${left}.`;
  if (problem.code === "protocol_unsupported")
    return `${sent}This program is too old for the server; nothing is lost: ${left}.`;
  if (problem.code === "offline")
    return `${sent}No connection. Nothing is lost: ${left}; run sync again later.`;
  return `${sent}The server could not take more just now (${problem.code}). Nothing is lost: ${left}; run sync again.`;
}

function traffic({ bytesSent, bytesReceived }: SyncReport): string {
  const bytes = bytesSent + bytesReceived;
  if (bytes === 0) return "";
  return bytes < 10_000 ? `(${several(bytes, "byte")})` : `(${count(Math.round(bytes / 1_000))} kB)`;
}

export function exitCode({ done, problem }: SyncReport): number {
  if (done) return 0;
  if (problem === undefined) return NOT_FINISHED;
  if (problem.code === "aborted") return INTERRUPTED;
  if (problem.code === "offline") return NO_CONNECTION;
  return isSignIn(problem.code) ? SIGN_IN_NEEDED : NOT_FINISHED;
}

// A report's problem has its code alone, not the `retry` of an error that would say it.
function isSignIn(code: string): boolean {
  return ["not_signed_in", "token_invalid", "token_expired", "refresh_reused", "device_revoked"].includes(
    code,
  );
}

function waitingInWords(hb: HealthBridge): string {
  const { total } = hb.status.get().waiting;
  return total === 0 ? "everything is sent" : `${count(total)} waiting to be sent`;
}
