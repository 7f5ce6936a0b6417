import {
  type Account,
  encodeBase64Url,
  fits,
  type RegisterRequest,
  type Session,
} from "@healthbridge/schema/client";
import { parseJson, type Reply, textOf } from "../carriers/http.ts";
import type { Device } from "../device.ts";
import { errorFrom, HealthBridgeError } from "../errors.ts";
import type { Writer } from "../keeper.ts";
import { isRecord } from "../outbox/rows.ts";
import { serverNow } from "../sync/clock.ts";
import type { SessionRow } from "./rows.ts";
import { adopt, forgetReplica } from "./owners.ts";

/** Who is signed in, and the tokens that prove it. Nonces are stored before they are sent, so that a lost answer is asked for again, not lost. */

const NONCE_BYTES = 32;
const UNREADABLE = "the answer could not be read";

/** How a refresh ended: with a new token, with the session's end, or without an answer. */
export type Renewal =
  | { readonly kind: "renewed" }
  | { readonly kind: "ended"; readonly code: string }
  | Exclude<Reply, { kind: "answer" }>;

/** Opens an account. */
export async function register(
  device: Device,
  request: Omit<RegisterRequest, "tenant">,
): Promise<Account | undefined> {
  const { tenant, http, keeper } = device;
  const token = keeper.mirror.session?.accessToken;
  const headers = { "idempotency-key": nonceOf(device) };
  const value = await valueOf(await http({ path: "accounts", body: { tenant, ...request }, token, headers }));
  if (fits("account", value)) return value;
  // Nobody is signed in: whether the name was free is not told, the account is there for whoever can sign in.
  if (token !== undefined || !isRecord(value) || !("next" in value)) throw offline(UNREADABLE);
  return undefined;
}

export async function signIn(
  device: Device,
  login: string,
  password: string,
  signal?: AbortSignal,
): Promise<Account> {
  const { tenant, http, keeper, deviceName } = device;
  const { mirror } = keeper;
  // The nonce of a sign-in whose answer was lost, or a fresh one.
  const nonce = await keeper.write((writer) => {
    const lost = mirror.meta.get("signIn");
    const row = lost?.login === login ? lost : { login, nonce: nonceOf(device) };
    writer.put("meta", "signIn", row);
    return row.nonce;
  });
  const body = { tenant, login, password, device: deviceName, nonce };
  const reply = await http({ path: "sessions", body, signal });
  if (reply.kind === "problem") await keeper.write((writer) => writer.delete("meta", "signIn"));
  const session = await valueOf(reply);
  if (!fits("session", session)) throw offline(UNREADABLE);
  const { account } = session;
  await keeper.write(async (writer) => {
    const before = mirror.session;
    writer.delete("meta", "signIn");
    writer.delete("meta", "denied");
    if (before && before.account.id !== account.id) leave(device, writer, before);
    writer.put("meta", "session", rowOf(device, session));
    await adopt(writer, account.id);
  });
  return account;
}

/** Exchanges the refresh token for the next one. The same pair of token and nonce is sent until an answer has arrived. */
export async function renew(device: Device): Promise<Renewal> {
  const session = await device.keeper.write((writer) => {
    const row = writer.mirror.session;
    const drawn = row && { ...row, nonce: row.nonce ?? nonceOf(device) };
    if (drawn) writer.put("meta", "session", drawn);
    return drawn;
  });
  if (!session) return { kind: "ended", code: "not_signed_in" };
  const { reply, next } = await refresh(device, session);
  if (next) {
    await replace(device, session, rowOf(device, next));
    return { kind: "renewed" };
  }
  if (reply.kind === "answer") return { kind: "elsewhere", detail: UNREADABLE };
  // A refusal ends the session; being asked to wait, or a fault of the server, does not.
  if (reply.kind === "problem" && [400, 401, 403, 422].includes(reply.problem.status)) {
    const { code } = reply.problem;
    await endSession(device, session, code);
    return { kind: "ended", code };
  }
  return reply;
}

/** Notes that the server wants a new sign-in. The account stays, and so does everything it queued. */
export function endSession(device: Device, session: SessionRow, code: string): Promise<void> {
  return replace(device, session, { ...session, nonce: undefined, ended: code });
}

/** Ends the session on this device; the server is told by `sayGoodbye`. */
export function signOut(device: Device, work: (writer: Writer) => void): Promise<void> {
  return device.keeper.write((writer) => {
    const { session } = writer.mirror;
    work(writer);
    leave(device, writer, session);
    writer.delete("meta", "session");
  });
}

/** Tells the server of sessions that ended here, best effort: what cannot be told now is told at the next chance. */
export async function sayGoodbye(device: Device): Promise<void> {
  const { http, keeper } = device;
  const say = (token: string): Promise<Reply> => http({ method: "DELETE", path: "sessions/current", token });
  for (const [key, row] of keeper.mirror.goodbyes) {
    let reply = await say(row.accessToken);
    if (reply.kind === "problem" && reply.problem.code === "token_expired") {
      const renewed = await refresh(device, row);
      reply = renewed.next ? await say(renewed.next.accessToken) : renewed.reply;
    }
    if (reply.kind === "answer") reply.end();
    if (reply.kind === "answer" || (reply.kind === "problem" && reply.problem.status < 429))
      await keeper.write((writer) => writer.delete("meta", key));
  }
}

async function refresh(
  { http }: Device,
  { refreshToken, nonce }: Pick<SessionRow, "refreshToken" | "nonce">,
): Promise<{ readonly reply: Reply; readonly next?: Session }> {
  const reply = await http({ path: "sessions/refresh", body: { refreshToken, nonce } });
  const next = await valueOf(reply).catch(() => undefined);
  return fits("session", next) ? { reply, next } : { reply };
}

/** Puts a row in place of a session, unless somebody has signed in or out meanwhile. */
function replace({ keeper }: Device, before: SessionRow, after: SessionRow): Promise<void> {
  return keeper.write((writer) => {
    if (keeper.mirror.session?.refreshToken === before.refreshToken) writer.put("meta", "session", after);
  });
}

function rowOf(
  { keeper, runtime }: Device,
  { account, device, accessToken, refreshToken, expiresIn }: Session,
): SessionRow {
  const expires = serverNow(keeper.mirror, runtime) + expiresIn * 1_000;
  return { account, device, accessToken, refreshToken, expires };
}

/** Forgets what a session's account could see, and notes that the server has to be told. */
function leave(device: Device, writer: Writer, session: SessionRow | undefined): void {
  forgetReplica(writer);
  if (!session || session.ended !== undefined) return;
  const { accessToken, refreshToken, nonce = nonceOf(device) } = session;
  writer.put("meta", `goodbye:${session.device}`, { accessToken, refreshToken, nonce });
}

function nonceOf({ runtime }: Device): string {
  return encodeBase64Url(runtime.randomBytes(NONCE_BYTES));
}

async function valueOf(reply: Reply): Promise<unknown> {
  if (reply.kind === "problem") throw errorFrom(reply.problem, { retryAfter: reply.retryAfter });
  if (reply.kind === "elsewhere") throw offline(reply.detail);
  try {
    return parseJson(await textOf(reply.read()));
  } catch (error) {
    throw offline("the answer was cut", error);
  } finally {
    reply.end();
  }
}

function offline(detail: string, cause?: unknown): HealthBridgeError {
  return new HealthBridgeError("offline", { detail, cause });
}
