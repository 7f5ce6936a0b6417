import { basename, resolve } from "node:path";
import type { Device } from "../device.ts";
import type { Terminal } from "../terminal.ts";
import { several } from "../words.ts";
import { Lists } from "../lists.ts";
import { leasedInWords } from "../leased-times.ts";
import { newMessagesInWords } from "./messages.ts";
import { totals, totalsInWords } from "./totals.ts";

/** Says how things stand, without a network. */
export async function status(
  device: Device,
  { json }: { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const { hb, ledger, server, folder } = device;
  const counted = await totals(device);
  const { account, waiting, state } = hb.status.get();
  const lastContact = await ledger.lastContact();
  const unfinished = (await ledger.files()).filter(({ rows, reached }) => reached < rows);
  const lists = new Lists(hb);
  if (json === true) {
    const facts = {
      folder: resolve(folder),
      server: server ?? null,
      account: account?.login ?? null,
      signInNeeded: state === "needs-sign-in",
      lastContact: lastContact === undefined ? null : new Date(lastContact).toISOString(),
      waiting: waiting.total,
      ...counted,
      leasedTimes: hb.leasedTimes().length,
      lists: { clinics: lists.clinics, doctors: lists.doctors },
      unfinishedFiles: unfinished,
    };
    terminal.say(JSON.stringify(facts, undefined, 2));
    return 0;
  }
  terminal.say(
    account === undefined
      ? "Nobody is signed in."
      : `Signed in as ${account.name} (${account.login}) at ${server ?? "no server"}.`,
  );
  if (account !== undefined && state === "needs-sign-in")
    terminal.say("The server wants a new sign-in; everything that waits is kept.");
  terminal.say(
    `Last contact with the server: ${lastContact === undefined ? "never" : new Date(lastContact).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}.`,
  );
  terminal.say(
    lists.clinics === 0
      ? "The lists of clinics and doctors were never downloaded."
      : `Lists: ${several(lists.clinics, "clinic")}, ${several(lists.doctors, "doctor")}.`,
  );
  for (const { file, rows, reached } of unfinished) {
    terminal.say(
      `${basename(file)} was stopped at row ${reached} of ${rows}; run the same command again to go on.`,
    );
  }
  const own = leasedInWords(hb);
  if (own !== undefined) terminal.say(`${own}.`);
  const news = await newMessagesInWords(device);
  if (news !== "") terminal.say(`${news}.`);
  const lines = totalsInWords(counted);
  terminal.say("");
  if (lines.length === 0) terminal.say("No requests yet.");
  for (const line of lines) terminal.say(line);
  return 0;
}
