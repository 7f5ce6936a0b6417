import { EntityId } from "@healthbridge/schema";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { Authenticate, RequestEnv, SignedInEnv } from "../http/context.ts";
import { httpProblem } from "../http/problem.ts";
import type { UploadParts } from "./arriving-uploads.ts";
import { ATTACHMENTS_PATH, receive } from "./receive.ts";
import { serveFile, type ServeParts, serveThumbnail } from "./serve.ts";
import { TUS_VERSION } from "./upload-heads.ts";
import { UploadLocks } from "./upload-locks.ts";

const ONE = `${ATTACHMENTS_PATH}/:attachment`;

/** What uploads and downloads need. */
export type AttachmentParts = UploadParts & ServeParts;

/**
 * Photos and voice notes: uploads that go on where a line broke (tus 1.0.0), and what came of them. Who asks is known by her access token, as everywhere; whose upload it is by the account, so that
 * another device of hers can go on with it.
 */
export function attachmentRoutes(parts: AttachmentParts, authenticate: Authenticate): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  const locks = new UploadLocks();
  const take = (c: Context<SignedInEnv>, id?: EntityId): Promise<Response> =>
    receive(c.req.raw, c.get("who"), id, { ...parts, locks });
  const takeOne = (c: Context<SignedInEnv>): Promise<Response> => take(c, idIn(c));

  app.use(ATTACHMENTS_PATH, namesVersion);
  app.use(`${ATTACHMENTS_PATH}/*`, namesVersion);
  app.options(ATTACHMENTS_PATH, authenticate, (c) => take(c));
  app.post(ATTACHMENTS_PATH, authenticate, (c) => take(c));
  app.patch(ONE, authenticate, takeOne);
  app.delete(ONE, authenticate, takeOne);
  // HEAD comes here as well: of an upload where it speaks tus, else of the file.
  app.get(ONE, authenticate, (c) => {
    if (c.req.method === "HEAD" && c.req.header("tus-resumable") !== undefined) return takeOne(c);
    return serveFile(c.req.raw, c.get("who"), idIn(c), parts);
  });
  app.get(`${ONE}/thumbnail`, authenticate, (c) => serveThumbnail(c.req.raw, c.get("who"), idIn(c), parts));
  return app;
}

/** By this, in every answer and in refusals too, a device knows that it was our server that answered. */
const namesVersion: MiddlewareHandler<RequestEnv> = async (c, next) => {
  await next();
  c.res.headers.set("tus-resumable", TUS_VERSION);
};

function idIn(c: Context<SignedInEnv>): EntityId {
  const parsed = EntityId.safeParse(c.req.param("attachment"));
  if (!parsed.success) throw httpProblem("not_found");
  return parsed.data;
}
