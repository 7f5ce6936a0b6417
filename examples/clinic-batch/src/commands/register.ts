import type { EnqueueItem } from "@healthbridge/client-sdk";
import { resolve } from "node:path";
import { readTable } from "../csv/table.ts";
import { type Device, ownClinic } from "../device.ts";
import { type Plan, type Reader, takeRows } from "../intake.ts";
import { Patients, type Registration } from "../patients.ts";
import { PlainError } from "../plain-error.ts";
import { Fault } from "../rows/fault.ts";
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
  const clinic = ownClinic(device, options.clinic);
  const patients = await Patients.of(device.hb);
  if (options.from === undefined) return registerOne(device, options, patients, clinic, terminal);
  if (options.patient !== undefined)
    throw new PlainError("Give either --from with a file, or --patient with a name.");
  const table = await readTable(options.from, COLUMNS);
  if (table.unused.length > 0) terminal.warn(`Not used: the columns ${table.unused.join(", ")}.`);
  const reader = registrationReader(patients, clinic);
  const intake = await takeRows(device, reader, table, resolve(options.from), terminal);
  return reportIntake(intake, options.from, "patient", terminal);
}

function registrationReader(patients: Patients, clinic: string | undefined): Reader {
  return {
    kind: "registration",
    noun: "patient",
    read(cells, ref): Plan {
      const registration = readPatient(cells, "", clinic);
      if (registration === undefined) throw new Fault("the name is missing");
      if (patients.find(registration) !== undefined)
        throw new Fault(`${registration.name} is registered already`);
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
  { hb }: Device,
  options: RegisterOptions,
  patients: Patients,
  clinic: string | undefined,
  terminal: Terminal,
): Promise<number> {
  const cells = new Map(
    Object.entries(options).flatMap(([name, cell]) => (typeof cell === "string" ? [[name, cell]] : [])),
  );
  if (options.patient === undefined)
    throw new PlainError("Give a file with --from, or a name with --patient.");
  const registration = readOne(cells.set("name", options.patient), clinic);
  const known = patients.find(registration);
  if (known !== undefined && "id" in known) {
    terminal.say(`${registration.name} is registered already, as ${known.id}.`);
    return 0;
  }
  const [registered] = await hb.enqueueMany([item(registration)]);
  terminal.say(`${registration.name} is registered on this computer as ${registered?.id ?? ""}.`);
  terminal.say("It waits to be sent with: clinic-batch sync");
  return 0;
}

function readOne(cells: ReadonlyMap<string, string>, clinic: string | undefined): Registration {
  const registration = readPatient(cells, "", clinic);
  if (registration === undefined) throw new Fault("the name is missing");
  return registration;
}

function item(registration: Registration, ref?: string): EnqueueItem {
  return {
    type: "patient.register",
    input: registration,
    lane: "bulk",
    ...(ref === undefined ? {} : { ref }),
  };
}
