import { Command, InvalidArgumentError } from "commander";
import { book, type BookOptions } from "./commands/book.ts";
import { calendar, type CalendarOptions } from "./commands/calendar.ts";
import { hold, type HoldOptions } from "./commands/hold.ts";
import { giveBack, type GiveBackOptions, lease, take, type TakeOptions } from "./commands/lease.ts";
import { confirm, type ConfirmOptions, decline, pending } from "./commands/pending.ts";
import { doctors, type DoctorsOptions } from "./commands/doctors.ts";
import { messages, type MessagesOptions } from "./commands/messages.ts";
import { nearby, type NearbyOptions } from "./commands/nearby.ts";
import { register, type RegisterOptions } from "./commands/register.ts";
import { results, type ResultsOptions } from "./commands/results.ts";
import { signIn, type SignInOptions } from "./commands/sign-in.ts";
import { signOut, type SignOutOptions } from "./commands/sign-out.ts";
import { status } from "./commands/status.ts";
import { sync, type SyncCommandOptions } from "./commands/sync.ts";
import { day, week, type WeekOptions } from "./commands/week.ts";
import { write, type WriteOptions } from "./commands/write.ts";
import { type Device, openDevice } from "./device.ts";
import * as help from "./help.ts";
import { reportFailure } from "./report-failure.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Runs the program; answers its exit code. Whatever goes wrong is told in a line.
 * @param words the words after the program's name
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const program = programFor(terminal, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    return reportFailure(error, terminal);
  }
}

function programFor(terminal: Terminal, end: (code: number) => void): Command {
  const program = new Command("clinic-batch")
    .description(
      "A clinic's day on one computer: register and book all day without a network, send at night.",
    )
    .option(
      "--folder <folder>",
      "where this computer keeps its requests",
      terminal.env["CLINIC_BATCH_FOLDER"] ?? "./clinic-batch-data",
    )
    .addHelpText("after", help.TOP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.say(text.trimEnd());
      },
      writeErr: (text) => {
        terminal.warn(text.trimEnd());
      },
    });
  const folder = (): string => program.opts<{ folder: string }>().folder;
  const withDevice = async (work: (device: Device) => Promise<number> | number): Promise<void> => {
    // With the lists of a country a slow computer takes seconds to open its folder.
    if (terminal.interactive) terminal.draw("Opening …");
    await using device = await openDevice(folder());
    if (terminal.interactive) terminal.draw("");
    end(await work(device));
  };
  addAccountCommands(program, terminal, folder, withDevice, end);
  addScheduleCommands(program, terminal, withDevice);
  addIntakeCommands(program, terminal, withDevice);
  addPendingCommands(program, terminal, withDevice);
  addLeaseCommands(program, terminal, withDevice);
  addMessageCommands(program, terminal, withDevice);
  addOutcomeCommands(program, terminal, withDevice);
  return program;
}

type WithDevice = (work: (device: Device) => Promise<number> | number) => Promise<void>;

function addAccountCommands(
  program: Command,
  terminal: Terminal,
  folder: () => string,
  withDevice: WithDevice,
  end: (code: number) => void,
): void {
  program
    .command("sign-in")
    .description("sign in and download the lists of clinics and doctors (needs a network)")
    .option("--server <url>", "where the server is; kept for the next time")
    .requiredOption("--name <login>", "the name you sign in with")
    .option("--password-file <file>", "read the password from a file instead of asking for it")
    .addHelpText("after", help.SIGN_IN)
    .action(async (options: SignInOptions) => {
      end(await signIn(folder(), options, terminal));
    });
  program
    .command("sign-out")
    .description("sign out; what still waits is kept")
    .option("--anyway", "also where this computer has times of its own left")
    .addHelpText("after", help.SIGN_OUT)
    .action((options: SignOutOptions) => withDevice((device) => signOut(device, options, terminal)));
  program
    .command("doctors")
    .description("look doctors up in the downloaded lists")
    .option("--facility <code>", "the facility's code in the national register")
    .option("--name <name>", "all or part of the name")
    .addHelpText("after", help.DOCTORS)
    .action((options: DoctorsOptions) => withDevice((device) => doctors(device, options, terminal)));
}

function addScheduleCommands(program: Command, terminal: Terminal, withDevice: WithDevice): void {
  program
    .command("nearby")
    .description("find doctors nearby in the downloaded lists (needs no network)")
    .requiredOption("--near <place>", "degrees north and east, as -1.2921,36.8219")
    .option("--within <km>", "how far around; 50 where left out", number)
    .option("--speciality <word>", "as general-practice or paediatrics")
    .option("--language <code>", "as sw or en")
    .option("--name <name>", "part of the name")
    .option("--currency <code>", "only doctors who name a fee in it, as KES")
    .option("--fee-up-to <amount>", "the highest fee, in the currency's smallest unit", number)
    .option("--sort <what>", 'distance, fee or "free time"')
    .addHelpText("after", help.NEARBY)
    .action((options: NearbyOptions) => withDevice((device) => nearby(device, options, terminal)));
  for (const [name, command, description] of [
    ["week", week, "draw a doctor's week (needs no network)"],
    ["day", day, "list a doctor's day, with who comes (needs no network)"],
  ] as const) {
    program
      .command(name)
      .description(description)
      .option("--doctor <name>", "the doctor's name or id; your own where you are a doctor")
      .option("--facility <code>", "the code of her facility, where several have her name")
      .option("--from <date>", "as 2026-11-23; today where left out")
      .addHelpText("after", help.WEEK)
      .action((options: WeekOptions) => withDevice((device) => command(device, options, terminal)));
  }
  program
    .command("calendar")
    .description("make a link for a calendar program, or end one (needs a network)")
    .option("--patient <id>", "one patient's appointments; else a doctor's own, or those of all you act for")
    .option("--names", "with patients' names, in a doctor's calendar")
    .option("--end <link>", "end a link")
    .addHelpText("after", help.CALENDAR)
    .action((options: CalendarOptions) => withDevice((device) => calendar(device, options, terminal)));
}

function addIntakeCommands(program: Command, terminal: Terminal, withDevice: WithDevice): void {
  program
    .command("register")
    .description("register patients, from a file or one by one (needs no network)")
    .option("--from <file>", "a CSV file with a patient on each line")
    .option("--patient <name>", "one patient's name")
    .option("--card <number>", "the number on the patient's card")
    .option("--born <date>", "as 1988-03-04")
    .option("--sex <sex>", "female, male, other or unknown")
    .option("--phone <number>", "with the country, as +254712345678")
    .option("--language <code>", "as sw or en")
    .option("--village <name>", "where the patient lives")
    .option("--clinic <id>", "the clinic, where the account works for several")
    .addHelpText("after", help.REGISTER)
    .action((options: RegisterOptions) => withDevice((device) => register(device, options, terminal)));
  program
    .command("book")
    .description("take requests for appointments from a file (needs no network)")
    .requiredOption("--from <file>", "a CSV file with a request on each line")
    .option("--clinic <id>", "the clinic new patients belong to, where the account works for several")
    .option("--zone <zone>", "time zone of doctors whose place is not known here, as Africa/Nairobi")
    .addHelpText("after", help.BOOK)
    .action((options: BookOptions) => withDevice((device) => book(device, options, terminal)));
}

function addPendingCommands(program: Command, terminal: Terminal, withDevice: WithDevice): void {
  program
    .command("hold")
    .description("ask for a time to be kept for a patient while she makes up her mind")
    .requiredOption("--patient <who>", "her name, the number on her card, or her id")
    .requiredOption("--doctor <name>", "the doctor's name or id")
    .option("--facility <code>", "the code of her facility, where several have her name")
    .option("--date <date>", "by the clock on the doctor's wall, as 2026-11-23")
    .option("--time <time>", "as 09:20")
    .option("--start <start>", "or both in one, as 2026-11-23T09:20+03:00")
    .option("--minutes <minutes>", "for how long, up to 60; 10 where left out", number)
    .option("--visit <kind>", "what kind of visit, where the doctor has several")
    .addHelpText("after", help.HOLD)
    .action((options: HoldOptions) => withDevice((device) => hold(device, options, terminal)));
  program
    .command("pending")
    .description("list what waits for somebody's answer (needs no network)")
    .addHelpText("after", help.PENDING)
    .action(() => withDevice((device) => pending(device, terminal)));
  program
    .command("confirm")
    .description("say yes: a booking the clinic has to confirm, a time kept or offered (needs no network)")
    .argument("[ids...]", "which, as pending lists them")
    .option("--all", "all bookings that wait for the clinic")
    .allowUnknownOption() // some ids begin with a dash
    .addHelpText("after", help.CONFIRM)
    .action((ids: string[], options: ConfirmOptions) =>
      withDevice((device) => confirm(device, ids, options, terminal)),
    );
  program
    .command("decline")
    .description("say no: an offer goes to the next who waits, anything else is given up (needs no network)")
    .argument("<ids...>", "which, as pending lists them")
    .allowUnknownOption()
    .addHelpText("after", help.DECLINE)
    .action((ids: string[]) => withDevice((device) => decline(device, ids, terminal)));
}

function addLeaseCommands(program: Command, terminal: Terminal, withDevice: WithDevice): void {
  const command = program
    .command("lease")
    .description("list the times that this computer can confirm by itself (needs no network)")
    .addHelpText("after", help.LEASE)
    .action(() => withDevice((device) => lease(device, terminal)));
  command
    .command("take")
    .description("ask for times of a doctor that are this computer's alone")
    .requiredOption("--doctor <name>", "the doctor's name or id")
    .option("--facility <code>", "the code of her facility, where several have her name")
    .option("--date <date>", "the first day, as 2026-11-23; today where left out")
    .option("--days <days>", "how many days from there, up to 14; 1 where left out", number)
    .requiredOption("--until <moment>", "by the clock on the doctor's wall, as 2026-11-23T18:00")
    .option("--most <times>", "at most so many of each day", number)
    .option("--part <part>", "only the morning, the afternoon or the evening")
    .addHelpText("after", help.LEASE_TAKE)
    .action((options: TakeOptions) => withDevice((device) => take(device, options, terminal)));
  command
    .command("give-back")
    .description("give back times that this computer has not used (needs no network)")
    .option("--all", "all of them")
    .option("--doctor <name>", "only those of a doctor")
    .option("--facility <code>", "the code of her facility, where several have her name")
    .option("--date <date>", "only those of a day, as 2026-11-23")
    .option("--time <time>", "only those at a time, as 09:20")
    .addHelpText("after", help.LEASE_GIVE_BACK)
    .action((options: GiveBackOptions) => withDevice((device) => giveBack(device, options, terminal)));
}

function addMessageCommands(program: Command, terminal: Terminal, withDevice: WithDevice): void {
  program
    .command("messages")
    .description("list what is new in conversations with doctors, or the lines of one (needs no network)")
    .option(
      "--conversation <which>",
      "the lines of one: its id, your reference of the request, or the patient",
    )
    .option("--all", "also conversations without anything new")
    .addHelpText("after", help.MESSAGES)
    .action((options: MessagesOptions) => withDevice((device) => messages(device, options, terminal)));
  program
    .command("write")
    .description("write to a doctor about an appointment, or many from a file (needs no network)")
    .option("--conversation <which>", "the appointment's id, your reference of the request, or the patient")
    .option("--text <text>", "what to write")
    .option("--urgent", "show it to the doctor as urgent")
    .option("--from <file>", "a CSV file with a message on each line")
    .addHelpText("after", help.WRITE)
    .action((options: WriteOptions) => withDevice((device) => write(device, options, terminal)));
}

function addOutcomeCommands(program: Command, terminal: Terminal, withDevice: WithDevice): void {
  program
    .command("status")
    .description("how many wait, were sent, confirmed, moved, refused (needs no network)")
    .option("--json", "for programs")
    .addHelpText("after", help.STATUS)
    .action((options: { json?: boolean }) => withDevice((device) => status(device, options, terminal)));
  program
    .command("sync")
    .description("send what waits and fetch what is new")
    .option("--watch", "go on until Ctrl-C")
    .option("--try-for <seconds>", "go on trying so long while there is no connection", seconds)
    .addHelpText("after", help.SYNC)
    .action((options: SyncCommandOptions) => withDevice((device) => sync(device, options, terminal)));
  program
    .command("results")
    .description("write what became of each request to a file (needs no network)")
    .requiredOption("--to <file>", "the CSV file to write")
    .option("--from <file>", "only the requests of this file")
    .addHelpText("after", help.RESULTS)
    .action((options: ResultsOptions) => withDevice((device) => results(device, options, terminal)));
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0)) throw new InvalidArgumentError("Write a number of seconds.");
  return value;
}

function number(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("Write a whole number.");
  return Number(text);
}
