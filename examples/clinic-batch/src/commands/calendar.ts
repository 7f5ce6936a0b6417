import { type CalendarOf, shareCalendar, unshareCalendar } from "@healthbridge/client-sdk/schedule";
import { HealthBridgeError } from "@healthbridge/client-sdk";
import type { Device } from "../device.ts";
import { PlainError } from "../plain-error.ts";
import type { Terminal } from "../terminal.ts";
import { reasonInWords } from "../words.ts";
import { NO_CONNECTION } from "./sync.ts";

export interface CalendarOptions {
  readonly patient?: string;
  readonly names?: boolean;
  readonly end?: string;
}

/** Makes a link for a calendar program, or ends one. */
export async function calendar(
  device: Device,
  options: CalendarOptions,
  terminal: Terminal,
): Promise<number> {
  const { hb, store, server } = device;
  if (server === undefined) throw new PlainError("Sign in first: clinic-batch sign-in --server URL");
  const open = { hb, store, url: server };
  try {
    if (options.end !== undefined) {
      await unshareCalendar(open, options.end);
      terminal.say("The link is over.");
      return 0;
    }
    const { link, url } = await shareCalendar(open, calendarOf(device, options.patient), {
      names: options.names,
    });
    terminal.say(url);
    terminal.say(
      "Give it to your calendar program, and to nobody else: whoever has it sees the appointments. It is not shown again.",
    );
    terminal.say(`To end it: clinic-batch calendar --end ${link}`);
    return 0;
  } catch (error) {
    if (!(error instanceof HealthBridgeError)) throw error;
    if (error.code === "offline")
      throw new PlainError(
        "The server could not be reached. A calendar link needs a network.",
        NO_CONNECTION,
      );
    if (error.code === "not_found")
      throw new PlainError("There is no such link or patient, or they are somebody else's.");
    throw new PlainError(`The server does not allow it: ${reasonInWords(error.code)}.`);
  }
}

/** A doctor's own, one patient's, or those of all the account acts for. */
function calendarOf({ hb }: Device, patient: string | undefined): CalendarOf {
  if (patient !== undefined) return { patient };
  const doctor = hb.status.get().account?.doctor;
  return doctor === undefined ? {} : { doctor };
}
