import { HealthBridge } from "@healthbridge/client-sdk";
import type { Device } from "../device.ts";
import { Lists } from "../lists.ts";
import { patientCalled } from "../patient-called.ts";
import { readStart } from "../rows/booking-row.ts";
import { Fault } from "../rows/fault.ts";
import { ownZone } from "../rows/local-time.ts";
import type { Terminal } from "../terminal.ts";
import { fieldInWords, spokenStart } from "../words.ts";
import { laneOf } from "./pending.ts";

export interface HoldOptions {
  readonly patient: string;
  readonly doctor: string;
  readonly facility?: string;
  readonly date?: string;
  readonly time?: string;
  readonly start?: string;
  readonly minutes?: number;
  readonly visit?: string;
}

/** Asks for a time to be kept for a patient while she makes up her mind. */
export async function hold({ hb }: Device, options: HoldOptions, terminal: Terminal): Promise<number> {
  const { id: doctor, zone } = new Lists(hb).doctor(options.doctor, options.facility);
  const patient = patientCalled(hb, options.patient);
  const { date, time, start: written, minutes, visit } = options;
  const cells = new Map(
    Object.entries({ date, time, start: written }).flatMap(([name, cell]) =>
      cell === undefined ? [] : [[name, cell]],
    ),
  );
  const around = {
    zone: ownZone(),
    guessedZone: () => {
      terminal.warn(`Where the doctor is is not known here: the time was read as in ${ownZone()}.`);
    },
  };
  const start = hb.startOf(doctor, readStart(cells, zone, around));
  const input = {
    doctor,
    patient,
    start,
    ...(minutes === undefined ? {} : { minutes }),
    ...(visit === undefined ? {} : { visit }),
  };
  const problem = HealthBridge.check("appointment.hold", input);
  if (problem !== undefined) throw new Fault(fieldInWords(problem.path));
  // A patient who is still waiting to be sent goes first: in the same line, so that the time is not asked for before she is known.
  const { id } = await hb.hold(input, laneOf(hb, patient));
  terminal.say(`${spokenStart(start)} is asked for, as ${id}.`);
  terminal.say("It is kept once the server has said so: clinic-batch sync, and then clinic-batch pending");
  return 0;
}
