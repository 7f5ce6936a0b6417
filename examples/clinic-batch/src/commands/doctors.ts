import type { Device } from "../device.ts";
import { Lists } from "../lists.ts";
import { PlainError } from "../plain-error.ts";
import type { Terminal } from "../terminal.ts";
import { count } from "../words.ts";

export interface DoctorsOptions {
  readonly facility?: string;
  readonly name?: string;
}

const MOST_SHOWN = 40;

/** Looks doctors up in the downloaded lists, as a request names them. */
export function doctors({ hb }: Device, { facility, name = "" }: DoctorsOptions, terminal: Terminal): number {
  const lists = new Lists(hb);
  if (lists.doctors === 0)
    throw new PlainError("The lists were never downloaded. Sign in once: clinic-batch sign-in");
  const found = lists.search(facility, name);
  for (const { doctor, clinic } of found.slice(0, MOST_SHOWN)) {
    terminal.say(`${doctor.name}  (${doctor.specialities.join(", ")})`);
    terminal.say(`    id ${doctor.id}   facility ${clinic?.code ?? "without a code"}, ${clinic?.name ?? ""}`);
  }
  if (found.length > MOST_SHOWN)
    terminal.say(`… and ${count(found.length - MOST_SHOWN)} more; narrow it down with --facility or --name.`);
  if (found.length === 0) terminal.say("Nobody found.");
  return 0;
}
