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
}

/** At least one: a request without an update asks what is new. */
type Updates = readonly [Uint8Array | undefined, ...(readonly Uint8Array[])];
const NOTHING: Updates = [undefined];

/** Requests of one exchange, but for rows that are sent one by one. */
const MOST_ROUNDS = 4;

/**
 * Sends what was written here and takes what is new, over HTTP, until the server has everything. What was written up to the beginning is noted as stored there.
 * @throws HealthBridgeError as `post`; `forbidden`: it may not be written any more, and what waits came too late; `too_large`
 */
export async function exchange(parts: ExchangeParts): Promise<void> {
  const { rows, doc, edits } = parts;
  await rows.settled();
  let updates = parts.may === "read" ? NOTHING : toSend(rows);
  for (let times = 0; times < MOST_ROUNDS; times += 1) {
    const { may, stored, vector } = await postOrAsk(parts, updates);
    if (rows.mine.length === 0) break;
    if (may === "read")
      throw new HealthBridgeError("forbidden", { detail: "what was written here came too late" });
    const sent = updates !== NOTHING;
    if (sent && stored && covers(vector, Y.encodeStateVector(doc))) {
      await rows.confirm(edits);
      break;
    }
    // Nothing was sent because nobody knew that it may be; or the server lacks something that it had: then all that is beyond it.
    updates = sent ? [thatFits(Y.encodeStateAsUpdate(doc, vector))] : toSend(rows);
  }
}

/** What may not be written any more is not taken; what others wrote is to be read all the same. */
async function postOrAsk(parts: ExchangeParts, updates: Updates): Promise<Posted> {
  try {
    return await postAll(parts, updates);
  } catch (error) {
    const late = error instanceof HealthBridgeError && error.code === "forbidden" && updates !== NOTHING;
    if (!late) throw error;
    return postAll(parts, NOTHING);
  }
}

/** Sends these one after another; answers what was answered last. */
async function postAll(parts: ExchangeParts, [first, ...rest]: Updates): Promise<Posted> {
  let posted = await postOne(parts, first);
  for (const update of rest) posted = await postOne(parts, update);
  return posted;
}

async function postOne(
  { device, address, doc, rows, onAnswered }: ExchangeParts,
  update: Uint8Array | undefined,
): Promise<Posted> {
  const posted = await post(device, address, rows.owner, {
    vector: Y.encodeStateVector(doc),
    update,
  });
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
