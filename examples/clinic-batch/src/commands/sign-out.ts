import type { Device } from "../device.ts";
import { PlainError } from "../plain-error.ts";
import type { Terminal } from "../terminal.ts";
import { count, several } from "../words.ts";

export interface SignOutOptions {
  /** also where times are left that nobody else can book */
  readonly anyway?: boolean;
}

/** Signs out and keeps whatever still waits. */
export async function signOut(
  { hb }: Device,
  { anyway }: SignOutOptions,
  terminal: Terminal,
): Promise<number> {
  const { account } = hb.status.get();
  if (account === undefined) {
    terminal.say("Nobody is signed in.");
    return 0;
  }
  const own = hb.leasedTimes().length;
  if (own > 0 && anyway !== true) {
    // Who signs in next is another device to the server. That they are given back waits with all else until the same account is back.
    throw new PlainError(
      `Not signed out: this computer has ${several(own, "time")} of its own left, which nobody else can book before this is heard of. Give them back first: clinic-batch lease give-back --all, then clinic-batch sync. Or: clinic-batch sign-out --anyway`,
    );
  }
  const { waiting } = await hb.signOut();
  terminal.say(`${account.name} is signed out.`);
  if (waiting > 0) {
    terminal.say(`${count(waiting)} still waiting to be sent. They are kept, sealed for ${account.name},`);
    terminal.say(`and go on at the next sign-in as ${account.login}.`);
  }
  return 0;
}
