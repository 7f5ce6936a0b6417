import type { EnqueueItem } from "@healthbridge/client-sdk";
import { resolve } from "node:path";
import { readTable } from "../csv/table.ts";
import { type Device, ownClinic } from "../device.ts";
import { type Reader, refuseSealed, takeRows } from "../intake.ts";
import { COMMAND_LINE, type LedgerRow } from "../ledger.ts";
import { Patients, type Registration } from "../patients.ts";
import { PlainError } from "../plain-error.ts";
import { Fault } from "../rows/fault.ts";
import { contentSum, rowRef } from "../rows/keys.ts";
import { PATIENT_COLUMNS, readPatient } from "../rows/patient-row.ts";
import type { Terminal } from "../terminal.ts";
import { reportIntake } from "./report-intake.ts";

export interface RegisterOptions {
  readonly from?: string;
  readonly patient?: string;
  readonly card?: string;
  readonly born?: string;
  readonly sex?: string;
  readonly phone?: string;
  readonly language?: string;
  readonly village?: string;
  readonly clinic?: string;
}

const COLUMNS = ["request", ...PATIENT_COLUMNS];

/** Registers patients from a file, or one from the options. */
export async function register(
  device: Device,
  options: RegisterOptions,
  terminal: Terminal,
): Promise<number> {
  const { from, clinic: named, ...typed } = options;
  const extra = Object.keys(typed).map((name) => `--${name}`);
  if (from !== undefined && extra.length > 0)
    throw new PlainError(`With --from the patients stand in the file: leave out ${extra.join(", ")}.`);
  const clinic = ownClinic(device, named);
  const patients = await Patients.of(device.hb);
  if (from === undefined) return registerOne(device, typed, patients, clinic, terminal);
  const table = await readTable(from, COLUMNS);
  if (table.unused.length > 0) terminal.warn(`Not used: the columns ${table.unused.join(", ")}.`);
  const reader = registrationReader(patients, clinic);
  const intake = await takeRows(device, reader, table, resolve(from), terminal);
  return reportIntake(intake, from, "patient", terminal);
}

function registrationReader(patients: Patients, clinic: string | undefined): Reader {
  return {
    kind: "registration",
    noun: "patient",
    read(cells, ref) {
      const registration = readOne(cells, clinic);
      if (patients.find(registration) !== undefined) return undefined;
      return {
        shown: { patient: registration.name },
        items: (at) => {
          patients.add(registration, { place: at });
          return [item(registration, ref)];
        },
      };
    },
    settle: (ids) => {
      patients.settle(ids);
    },
  };
}

async function registerOne(
  { hb, ledger }: Device,
  { patient: name, ...details }: Omit<RegisterOptions, "from" | "clinic">,
  patients: Patients,
  clinic: string | undefined,
  terminal: Terminal,
): Promise<number> {
  if (name === undefined) throw new PlainError("Give a file with --from, or a name with --patient.");
  const cells = new Map(Object.entries({ ...details, name }));
  const registration = readOne(cells, clinic);
  const known = patients.find(registration);
  if (known !== undefined && "id" in known) {
    terminal.say(`${registration.name} is registered already, as ${known.id}.`);
    return 0;
  }
  const sum = contentSum(cells.set("clinic", clinic ?? ""));
  const ref = patients.unrefused(rowRef("registration", undefined, sum, 0));
  const owner = hb.status.get().account?.login;
  refuseSealed((await ledger.uses()).get(ref), owner);
  const row: LedgerRow = {
    kind: "registration",
    file: COMMAND_LINE,
    line: 0,
    readAt: Date.now(),
    ref,
    patient: name,
    ...(owner === undefined ? {} : { owner }),
  };
  await ledger.note({ file: COMMAND_LINE, rows: 1, reached: 1 }, [{ row, sum }]);
  const [registered] = await hb.enqueueMany([item(registration, ref)]);
  const id = registered?.id ?? "";
  if (registered?.known === true) {
    terminal.say(`${name} is registered already, as ${id}.`);
    terminal.say(
      "If this is another person of the same name, add a card number, a date of birth or a phone.",
    );
    return 0;
  }
  terminal.say(`${name} is registered on this computer as ${id}.`);
  terminal.say("It waits to be sent with: clinic-batch sync");
  return 0;
}

function readOne(cells: ReadonlyMap<string, string>, clinic: string | undefined): Registration {
  const registration = readPatient(cells, "", clinic);
  if (registration === undefined) throw new Fault("the name is missing");
  return registration;
}

function item(registration: Registration, ref: string): EnqueueItem {
  return { type: "patient.register", input: registration, lane: "bulk", ref };
}
