import { DocumentSyncRequest, type DocumentSyncResponse, parseDocumentName } from "@healthbridge/schema";
import { Hono } from "hono";
import { refused } from "../../accounts/refused.ts";
import { parseRequest, readJson } from "../../http/body.ts";
import type { Authenticate, SignedInEnv } from "../../http/context.ts";
import { httpProblem } from "../../http/problem.ts";
import type { DocumentAccess } from "./access.ts";
import type { DocumentMetrics } from "./document-metrics.ts";
import type { Outcome, Room, Sender } from "./room.ts";
import type { Rooms } from "./rooms.ts";

/** What the routes are made of. */
export interface DocumentRouteParts {
  readonly access: DocumentAccess;
  readonly rooms: Rooms;
  readonly metrics: DocumentMetrics;
  readonly authenticate: Authenticate;
  /** whether an account has used too much of the server's time */
  readonly isOver: (account: string) => boolean;
}

const WAIT_SECONDS = 30;

/** `POST /v1/documents/<name>/sync`: what a device has goes up, what it lacks comes down, for lines on which no socket lives. Judged and kept as over a socket. */
export function documentRoutes(parts: DocumentRouteParts): Hono<SignedInEnv> {
  const { access, rooms, authenticate, isOver } = parts;
  const app = new Hono<SignedInEnv>();
  app.post("/v1/documents/:name/sync", authenticate, async (c) => {
    const address = parseDocumentName(c.req.param("name"));
    if (address === undefined) throw httpProblem("not_found");
    const { vector, update } = parseRequest(DocumentSyncRequest, await readJson(c));
    // Once all of it has come: over a slow line that takes minutes.
    const who = await c.get("whoNow")();
    const [right] = await access.of([{ holder: who, address }]);
    if (right === undefined) throw httpProblem("not_found");
    if (update !== undefined && right.may === "read") throw httpProblem("forbidden", "update", "read only");
    if (isOver(who.account)) throw refused("rate_limited", undefined, WAIT_SECONDS);
    const { room } = rooms.enter(c.req.param("name"), who.tenant);
    try {
      const stored = update === undefined || (await keep(parts, room, who, update));
      const compared = await room.compare(who.account, Buffer.from(vector, "base64"));
      if (compared === undefined) throw httpProblem("malformed", "vector");
      return c.json({
        vector: base64(compared.vector),
        update: base64(compared.update),
        may: right.may,
        stored,
      } satisfies DocumentSyncResponse);
    } finally {
      rooms.leave(c.req.param("name"));
    }
  });
  return app;
}

/** Keeps what was sent. Answers false where it follows something that is not here. */
// oxlint-disable-next-line typescript/consistent-return -- every outcome has its case, which tsc and the exhaustiveness rule see to
async function keep(
  { metrics }: DocumentRouteParts,
  room: Room,
  sender: Sender,
  update: string,
): Promise<boolean> {
  const { account, device, tenant } = sender;
  const bytes = Buffer.from(update, "base64");
  const outcome: Outcome = await room.change({
    sender: { account, device, tenant },
    from: undefined,
    update: bytes,
    via: "step",
  });
  switch (outcome.status) {
    case "stored":
      metrics.updateStored();
      return true;
    case "gap":
      metrics.updateRefused("gap");
      return false;
    case "refused":
      metrics.updateRefused(outcome.reason);
      throw httpProblem("malformed", "update", outcome.reason);
    case "later":
      throw refused("unavailable", undefined, 1);
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
