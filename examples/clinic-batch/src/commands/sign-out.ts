import type { Device } from "../device.ts";
import type { Terminal } from "../terminal.ts";
import { count } from "../words.ts";

/** Signs out and keeps whatever still waits. */
export async function signOut({ hb }: Device, terminal: Terminal): Promise<number> {
  const { account } = hb.status.get();
  if (account === undefined) {
    terminal.say("Nobody is signed in.");
    return 0;
  }
  const { waiting } = await hb.signOut();
  terminal.say(`${account.name} is signed out.`);
  if (waiting > 0) {
    terminal.say(`${count(waiting)} still waiting to be sent. They are kept, sealed for ${account.name},`);
    terminal.say(`and go on at the next sign-in as ${account.login}.`);
  }
  return 0;
}
