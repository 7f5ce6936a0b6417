import { type DocumentAddress, documentName, parseDocumentName } from "@healthbridge/schema";
import type { Documents, SharedDocument } from "../../../client-sdk/src/documents/index.ts";
import { within } from "../calm.ts";
import type { Device } from "../world/device.ts";
import type { Written } from "../world/history.ts";
import type { World } from "../world/world.ts";
import type { DocumentLedger } from "./document-ledger.ts";
import { contentOf, marksBehind, reaches, vectorOf } from "./document-marks.ts";
import { DocumentRights } from "./document-rights.ts";

/** By then whatever may be sent is. */
const SENDING_MS = 60_000;

/**
 * Sends what waits in documents for whoever is signed in on a device. I2, I9: nothing that she was told is kept has got lost, and what she may still write is at the server now; what she
 * may not waits on.
 */
export async function deliverDocuments(world: World, device: Device): Promise<void> {
  const ledger = world.documents;
  const account = device.app?.status.get().account?.id;
  if (ledger === undefined || account === undefined) return;
  // Whatever waits is sent by itself, whether anybody has it open or not.
  await within(world, device.openDocuments());
  await letSend(world, ledger, device, account);
  await within(world, device.closeDocuments());
  const documents = await within(world, device.openDocuments());
  if (documents === undefined) return;
  const waiting = (await within(world, documents.waiting())) ?? [];
  const mine = [...device.history.written.values(), ...device.history.struck.values()];
  const names = new Set([
    ...waiting.map(documentName),
    ...mine.flatMap((each) => (each.account === account && each.kept ? [each.document] : [])),
  ]);
  for (const name of names) await deliver(world, ledger, device, documents, name, account);
  await within(world, device.closeDocuments());
}

/**
 * Lets time pass until whatever may be sent is. What she may write only since somebody else's queue came through meanwhile, her device hears of as late as of anything new: it has as long from
 * then on.
 */
async function letSend(world: World, ledger: DocumentLedger, device: Device, account: string): Promise<void> {
  for (let before = unsentOf(world, ledger, device, account); ;) {
    await world.time.advance(SENDING_MS);
    const now = unsentOf(world, ledger, device, account);
    if ([...now].every((name) => before.has(name))) return;
    before = now;
  }
}

/** The documents in which she may write, and something that she wrote is not at the server. */
function unsentOf(
  world: World,
  ledger: DocumentLedger,
  device: Device,
  account: string,
): ReadonlySet<string> {
  const rights = new DocumentRights(world.database);
  const unsent = [...device.history.written].filter(([mark, each]) => isUnsent(ledger, account, mark, each));
  return new Set(
    unsent.map(([, { document }]) => document).filter((name) => rights.of(name, account) === "write"),
  );
}

/** Whether somebody was told that a mark of hers is kept, and the server has not had it. */
function isUnsent(ledger: DocumentLedger, account: string, mark: string, written: Written): boolean {
  const { document, account: writer, kept } = written;
  return kept && writer === account && !ledger.isStruck(mark) && !ledger.has(document, mark);
}

async function deliver(
  world: World,
  ledger: DocumentLedger,
  device: Device,
  documents: Documents,
  name: string,
  account: string,
): Promise<void> {
  const right = new DocumentRights(world.database).of(name, account);
  const unsent = [...device.history.written].flatMap(([mark, each]) =>
    each.document === name && isUnsent(ledger, account, mark, each) ? [mark] : [],
  );
  const opened = await openAndSync(world, documents, name);
  // A server that was set back may lack what others built on, and has forgotten whose each id of Yjs is.
  if (ledger.wasSetBack) return undefined;
  if (opened === undefined) return world.violated("I2", `${device.name} cannot open ${name} any more`);
  const { document, problem } = opened;
  const held = new Set(contentOf(document.doc));
  // Signing out took away what the server has. What she wrote behind that waits on, unseen, where she may not ask for it any more.
  if (right === undefined && device.history.left.has(account) && document.status.get().waiting)
    for (const mark of marksBehind(document.doc)) held.add(mark);
  const lost = unsent.filter((mark) => !held.has(mark));
  if (lost.length > 0)
    world.violated("I2", `${device.name} held ${lost.join()} in ${name}, and nobody does any more`);
  if (right === "write" && (problem !== undefined || unsent.length > 0))
    world.violated(
      "I9",
      `${device.name} does not get rid of ${unsent.join()} in ${name}: ${problem ?? "sent when asked to"}`,
    );
  if (problem !== undefined) return undefined;
  const struck = new Set(
    [...device.history.struck].flatMap(([mark, each]) =>
      each.kept && each.account === account && each.document === name ? [mark] : [],
    ),
  );
  const back = ledger.content(name).filter((mark) => struck.has(mark));
  if (back.length > 0)
    world.violated("I2", `${back.join()} was struck out in ${name} on ${device.name}, and is there`);
  return undefined;
}

/** I3, I4, I7, I13: what is stored is what was said to be, no mark stands anywhere twice, and everybody who may read a document reads the same. */
export async function checkDocuments(world: World, ledger: DocumentLedger): Promise<void> {
  for (const name of ledger.documents) {
    ledger.checkStored(name);
    const content = ledger.content(name);
    const twice = content.filter((mark, at) => content.indexOf(mark) !== at);
    if (twice.length > 0) world.violated("I3", `${twice.join()} stands in ${name} twice`);
  }
  if (ledger.wasSetBack) return;
  for (const device of world.devices) await checkDevice(world, ledger, device);
}

async function checkDevice(world: World, ledger: DocumentLedger, device: Device): Promise<void> {
  const account = device.app?.status.get().account?.id;
  if (account === undefined) return;
  const documents = await within(world, device.openDocuments());
  if (documents === undefined) return;
  const rights = new DocumentRights(world.database);
  for (const name of ledger.documents) {
    const right = rights.of(name, account);
    const opened = await openAndSync(world, documents, name);
    if (opened === undefined) world.violated("I2", `${device.name} cannot open ${name}`);
    else if (right === undefined && opened.problem !== "not_found")
      world.violated(
        "I13",
        `${device.name} asked for ${name}, which is not hers, and was answered ${opened.problem ?? "well"}`,
      );
    else if (right !== undefined) checkContent(world, ledger, device, name, opened);
  }
  await within(world, device.closeDocuments());
}

function checkContent(
  world: World,
  ledger: DocumentLedger,
  { name: device }: Device,
  name: string,
  { document, problem }: Opened,
): void {
  // What was written too late for it waits on the device, and is shown there.
  const refused = problem === "forbidden" && document.status.get().waiting;
  if (problem !== undefined && !refused)
    return world.violated("I9", `${device} cannot read ${name}: ${problem}`);
  if (!reaches(vectorOf(document.doc), ledger.vector(name)))
    return world.violated("I7", `${device} lacks something of ${name}`);
  const shown = contentOf(document.doc).join();
  const stored = ledger.content(name).join();
  if (!refused && shown !== stored)
    world.violated("I7", `${device} shows ${shown} in ${name}, and it is ${stored}`);
  return undefined;
}

interface Opened {
  readonly document: SharedDocument;
  /** why it could not be sent or read; `undefined`: it was */
  readonly problem: string | undefined;
}

async function openAndSync(world: World, documents: Documents, name: string): Promise<Opened | undefined> {
  const address: DocumentAddress | undefined = parseDocumentName(name);
  const document = address && (await within(world, documents.open(address)));
  if (document === undefined) return undefined;
  const problem = await within(
    world,
    document.sync().then(
      () => "none",
      (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
    ),
  );
  return { document, problem: problem === "none" ? undefined : (problem ?? "no end") };
}
