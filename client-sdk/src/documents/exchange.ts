import { DOCUMENT_LIMITS, type DocumentAddress } from "@healthbridge/schema/client";
import * as Y from "yjs";
import type { OpenDevice } from "../carriers/signed-call.ts";
import { HealthBridgeError } from "../errors.ts";
import type { KeptRows } from "./kept-rows.ts";
import { FROM_SERVER } from "./origins.ts";
import { post, type Posted } from "./post.ts";
import { covers } from "./vectors.ts";

/** What is exchanged, and who is told. */
export interface ExchangeParts {
  readonly device: OpenDevice;
  readonly address: DocumentAddress;
  readonly doc: Y.Doc;
  readonly rows: KeptRows;
  /** what the server said last */
  readonly may: Posted["may"] | undefined;
  /** how many local edits there were when it began */
  readonly edits: number;
  readonly onAnswered: (may: Posted["may"]) => void;
  /** ends it, with its reason: what waits goes on waiting */
  readonly signal: AbortSignal;
}

/** At least one: a request without an update asks what is new. */
type Updates = readonly [Uint8Array | undefined, ...(readonly Uint8Array[])];
const NOTHING: Updates = [undefined];

/** Requests of one exchange, but for rows that are sent one by one. */
const MOST_ROUNDS = 4;

/**
 * Sends what was written here and takes what is new, over HTTP, until the server has everything. What was written up to the beginning is noted as stored there.
 * @throws HealthBridgeError as `post`; `forbidden`: it may not be written any more, and what waits came too late; `too_large`; `unavailable`: asked several times, the
 * server still lacks some of it
 */
export async function exchange(parts: ExchangeParts): Promise<void> {
  const { rows, doc, edits } = parts;
  const written = Y.encodeStateVector(doc);
  await rows.settled();
  let updates = parts.may === "read" ? NOTHING : toSend(rows);
  for (let times = 0; times < MOST_ROUNDS; times += 1) {
    const { may, stored, vector } = await postOrAsk(parts, updates);
    if (rows.mine.length === 0) {
      if (may === "write") await giveBack(parts, written, vector);
      return;
    }
    if (may === "read")
      throw new HealthBridgeError("forbidden", { detail: "what was written here came too late" });
    const sent = updates !== NOTHING;
    if (sent && stored && covers(vector, written)) {
      await rows.confirm(edits);
      return;
    }
    // Nothing was sent because nobody knew that it may be; or the server lacks something that it had: then all that is beyond it.
    updates = sent ? [thatFits(Y.encodeStateAsUpdate(doc, vector))] : toSend(rows);
  }
  throw new HealthBridgeError("unavailable", { detail: "the server has not stored all of it" });
}

/**
 * A server that was restored lacks what it had stored: what was written here since the document was opened is given to it again, though nothing waits. What others wrote is theirs to give, for an id of
 * Yjs belongs to whoever uses it first.
 */
async function giveBack(parts: ExchangeParts, written: Uint8Array, vector: Uint8Array): Promise<void> {
  const { doc } = parts;
  const has = Y.decodeStateVector(vector).get(doc.clientID) ?? 0;
  if (has >= (Y.decodeStateVector(written).get(doc.clientID) ?? 0)) return;
  const here = Y.decodeStateVector(Y.encodeStateVector(doc));
  const lacking = Y.encodeStateAsUpdate(doc, Y.encodeStateVector(here.set(doc.clientID, has)));
  if (lacking.length <= DOCUMENT_LIMITS.documentPostBytes) await postOne(parts, lacking); // a line takes more
}

/** What may not be written any more is not taken; what others wrote is to be read all the same. */
async function postOrAsk(parts: ExchangeParts, updates: Updates): Promise<Posted> {
  try {
    return await postAll(parts, updates);
  } catch (error) {
    const late = error instanceof HealthBridgeError && error.code === "forbidden" && updates !== NOTHING;
    if (!late) throw error;
    return { ...(await postAll(parts, NOTHING)), stored: false }; // what it was asked to store it has not
  }
}

/** Sends these one after another; answers what was answered last. */
async function postAll(parts: ExchangeParts, [first, ...rest]: Updates): Promise<Posted> {
  let posted = await postOne(parts, first);
  for (const update of rest) posted = await postOne(parts, update);
  return posted;
}

async function postOne(
  { device, address, doc, rows, onAnswered, signal }: ExchangeParts,
  update: Uint8Array | undefined,
): Promise<Posted> {
  const vector = Y.encodeStateVector(doc);
  const posted = await post(device, address, rows.owner, { vector, update }, signal);
  Y.applyUpdate(doc, posted.update, FROM_SERVER);
  onAnswered(posted.may);
  return posted;
}

/** What was written here: in one, or row by row where that is too large. */
function toSend({ mine }: KeptRows): Updates {
  const [first, ...rest] = mine;
  if (first === undefined) return NOTHING;
  const update = rest.length === 0 ? first : Y.mergeUpdates([...mine]);
  if (update.length <= DOCUMENT_LIMITS.documentPostBytes) return [update];
  return [thatFits(first), ...rest.map(thatFits)];
}

function thatFits(update: Uint8Array): Uint8Array {
  if (update.length <= DOCUMENT_LIMITS.documentPostBytes) return update;
  throw new HealthBridgeError("too_large", { detail: "more was written at once than fits into a request" });
}
