import type { EnqueueItem } from "@healthbridge/client-sdk";
import { resolve } from "node:path";
import { readTable } from "../csv/table.ts";
import { type Device, ownClinic } from "../device.ts";
import { type Plan, type Reader, takeRows } from "../intake.ts";
import { Lists } from "../lists.ts";
import { Patients, registrationRef } from "../patients.ts";
import { PlainError } from "../plain-error.ts";
import { BOOKING_COLUMNS, readRequest, type Request, type Surroundings } from "../rows/booking-row.ts";
import { isZone, ownZone } from "../rows/local-time.ts";
import type { Terminal } from "../terminal.ts";
import { reportIntake } from "./report-intake.ts";

export interface BookOptions {
  readonly from: string;
  readonly clinic?: string;
  readonly zone?: string;
}

/** Takes requests for appointments from a file. */
export async function book(device: Device, options: BookOptions, terminal: Terminal): Promise<number> {
  if (options.zone !== undefined && !isZone(options.zone)) {
    throw new PlainError(`“${options.zone}” is no time zone; write it as Africa/Nairobi.`);
  }
  const table = await readTable(options.from, BOOKING_COLUMNS);
  if (table.unused.length > 0) terminal.warn(`Not used: the columns ${table.unused.join(", ")}.`);
  let guessed = false;
  const zone = options.zone ?? ownZone();
  const around: Surroundings = {
    lists: new Lists(device.hb),
    patients: await Patients.of(device.hb),
    clinic: ownClinic(device, options.clinic),
    zone,
    guessedZone: () => (guessed ||= options.zone === undefined),
    startOf: (doctor, start) => device.hb.startOf(doctor, start),
  };
  const intake = await takeRows(device, bookingReader(around), table, resolve(options.from), terminal);
  if (guessed) {
    terminal.warn(
      `Where some of the doctors are is not known here: times were read as in ${zone}, which this computer is set to (change it with --zone).`,
    );
  }
  return reportIntake(intake, options.from, "request", terminal);
}

function bookingReader(around: Surroundings): Reader {
  return {
    kind: "booking",
    noun: "request",
    read: (cells, ref) => planOf(readRequest(cells, around), ref, around),
    settle: (ids) => {
      around.patients.settle(ids);
    },
  };
}

function planOf(request: Request, ref: string, { patients, clinic }: Surroundings): Plan {
  const { booking, patient, registration } = request;
  return {
    shown: { asked: booking.start, ...(registration === undefined ? {} : { patient: registration.name }) },
    items: (at) => {
      const items: EnqueueItem[] = [];
      if (patient === undefined && registration !== undefined) {
        // In the same lane as the booking, so that the server sees them in this order.
        const registering = registrationRef(clinic ?? "", registration, ref);
        items.push({
          type: "patient.register",
          input: registration,
          lane: "bulk",
          ref: patients.unrefused(registering),
        });
        patients.add(registration, { place: at });
      }
      const who = patient ?? { place: at };
      items.push({
        type: "appointment.book",
        lane: "bulk",
        ref,
        input:
          "id" in who
            ? { ...booking, patient: who.id }
            : (earlier) => ({ ...booking, patient: earlier[who.place] ?? "" }),
      });
      return items;
    },
  };
}
