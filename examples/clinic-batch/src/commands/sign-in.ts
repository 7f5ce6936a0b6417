import { HealthBridgeError, type SyncReport } from "@healthbridge/client-sdk";
import { readFile } from "node:fs/promises";
import { type Device, openDevice } from "../device.ts";
import { Lists } from "../lists.ts";
import { PlainError } from "../plain-error.ts";
import { mendSettings, serverAddress, writeSettings } from "../settings.ts";
import type { Terminal } from "../terminal.ts";
import { storeErrorOf } from "../trouble.ts";
import { reasonInWords, several } from "../words.ts";
import { exchange, exitCode, NO_CONNECTION } from "./sync.ts";

export interface SignInOptions {
  readonly server?: string;
  readonly name: string;
  readonly passwordFile?: string;
}

/** A device follows at most 200 feeds; so many calendars of the clinic's own doctors leave room for others. */
const MOST_CALENDARS = 100;

/** Signs in and downloads the lists. */
export async function signIn(folder: string, options: SignInOptions, terminal: Terminal): Promise<number> {
  const known = (await mendSettings(folder, terminal)).server;
  const server = options.server === undefined ? known : serverAddress(options.server);
  if (server === undefined) throw new PlainError("Say where the server is: --server https://health.example");
  const password = await readPassword(options, terminal);
  await using device = await openDevice(folder, server);
  const former = device.hb.status.get().account?.login;
  const times = device.hb.leasedTimes().length;
  const account = await admit(device, options.name, password, terminal);
  await writeSettings(folder, { server });
  terminal.say(`Signed in as ${account}.`);
  // After a sign-in this computer is another device to the server, and the SDK gives back what it had as the former one.
  if (times > 0 && former === device.hb.status.get().account?.login)
    terminal.say(
      `${several(times, "time")} that this computer had to itself before ${times === 1 ? "is" : "are"} given back.`,
    );
  return await download(device, terminal);
}

/** Downloads the directory, then the calendars of the clinic's own doctors: they are booked most, and their free times can be foreseen. */
async function download(device: Device, terminal: Terminal): Promise<number> {
  const { hb } = device;
  await hb.follow("directory");
  const report = await exchange(device, terminal, { title: "Sending", tryFor: 0 });
  if (!report.done) return incomplete(report, terminal);
  const own = new Set(hb.status.get().account?.clinics);
  const doctors = hb.list("doctor", ({ clinic }) => own.has(clinic)).slice(0, MOST_CALENDARS);
  if (doctors.length > 0) {
    await hb.follow(...doctors.map(({ id }) => `calendar:${id}`));
    const calendars = await exchange(device, terminal, { title: "Sending", tryFor: 0 });
    if (!calendars.done) return incomplete(calendars, terminal);
  }
  const lists = new Lists(hb);
  terminal.say(
    `Here are the lists of ${several(lists.clinics, "clinic")} and ${several(lists.doctors, "doctor")}. Requests can be taken now, with or without a network.`,
  );
  return 0;
}

function incomplete(report: SyncReport, terminal: Terminal): number {
  terminal.say("The lists could not be downloaded completely; go on with: clinic-batch sync");
  return exitCode(report);
}

async function admit({ hb }: Device, login: string, password: string, terminal: Terminal): Promise<string> {
  try {
    const account = await hb.signIn({ login: login.trim().toLowerCase(), password, signal: terminal.signal });
    return account.name;
  } catch (error) {
    if (!(error instanceof HealthBridgeError) || storeErrorOf(error) !== undefined) throw error;
    throw new PlainError(whyNot(error), error.code === "offline" ? NO_CONNECTION : 1);
  }
}

function whyNot({ code, path, retry, retryAfter }: HealthBridgeError): string {
  const wait = `Wait ${several(Math.ceil((retryAfter ?? 60_000) / 1_000), "second")} and try again.`;
  if (code === "offline")
    return "The server could not be reached. Signing in needs a network; taking requests does not.";
  if (code === "malformed" && path === "login")
    return "A sign-in name has 3 to 64 letters or digits and no spaces, as amina or amina.otieno.";
  if (code === "credentials_wrong" || path === "password") return "The name or the password is not right.";
  if (code === "rate_limited") return `Too many attempts. ${wait}`;
  if (code === "protocol_unsupported") return "This program is too old for the server.";
  if (retry === "later") return `The server can let nobody in just now. ${wait}`;
  return `The server does not let this account in: ${reasonInWords(code)}.`;
}

/** From a file, the environment, or the person; never from the command line, where every user of the computer could read it. */
async function readPassword({ passwordFile }: SignInOptions, terminal: Terminal): Promise<string> {
  if (passwordFile !== undefined) {
    const text = await readFile(passwordFile, "utf8").catch(() => {
      throw new PlainError(`${passwordFile} cannot be read.`);
    });
    return text.replace(/\r?\n$/, "");
  }
  const given = terminal.env["CLINIC_BATCH_PASSWORD"];
  if (given !== undefined && given !== "") return given;
  if (terminal.interactive) return terminal.askSecret("Password (not shown): ");
  throw new PlainError(
    "Nobody can be asked for the password here: use --password-file or $CLINIC_BATCH_PASSWORD.",
  );
}
