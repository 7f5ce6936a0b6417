import {
  type Account,
  encodeBase64Url,
  fits,
  type RegisterRequest,
  type Session,
} from "@healthbridge/schema/client";
import { type Answer, valueOf } from "../carriers/http.ts";
import type { Device } from "../device.ts";
import { Failed, offline } from "../errors.ts";
import type { Writer } from "../keeper.ts";
import { isRecord } from "../outbox/rows.ts";
import { serverNow } from "../sync/clock.ts";
import type { SessionRow } from "./rows.ts";
import { refreshing } from "../replica/feeds.ts";
import { adopt, forgetReplica } from "./owners.ts";

/** Who is signed in, and the tokens that prove it. Nonces are stored before they are sent, so that a lost answer is asked for again, not lost. */

const NONCE_BYTES = 32;
const UNREADABLE = "the answer could not be read";

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
  const { keeper } = device;
  const { mirror } = keeper;
  const session = await sessionOf(askToSignIn(device, login, password, signal));
  const { account } = session;
  await keeper.write(async (writer) => {
    const before = mirror.session;
    writer.delete("meta", "signIn");
    writer.delete("meta", "denied");
    if (before && before.account.id !== account.id) leave(device, writer, before);
    writer.put("meta", "session", rowOf(device, session));
    await adopt(writer, account.id);
    // What was done before she left comes with what is read now, where it may still be seen.
    if (mirror.feeds.size === 0) refreshing(writer, true);
  });
  return account;
}

async function askToSignIn(
  device: Device,
  login: string,
  password: string,
  signal?: AbortSignal,
): Promise<Answer> {
  const { tenant, http, keeper, deviceName } = device;
  // The nonce of a sign-in whose answer was lost, or a fresh one.
  const { nonce, again } = await keeper.write((writer) => {
    const lost = writer.mirror.meta.get("signIn");
    const again = lost?.login === login;
    const nonce = again ? lost.nonce : nonceOf(device);
    writer.put("meta", "signIn", { login, nonce });
    return { nonce, again };
  });
  try {
    return await http({
      path: "sessions",
      body: { tenant, login, password, device: deviceName, nonce },
      signal,
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await keeper.write((writer) => writer.delete("meta", "signIn"));
    // The sign-in that was begun then is over: a copy of this device has finished it, or it is too long ago.
    if (again && (error.status === 410 || error.status === 422))
      return askToSignIn(device, login, password, signal);
    throw error;
  }
}

/** Exchanges the refresh token for the next one. The same pair of token and nonce is sent until an answer has arrived. */
export async function renew(device: Device): Promise<void> {
  const session = await device.keeper.write((writer) => {
    const row = writer.mirror.session;
    const drawn = row && { ...row, nonce: row.nonce ?? nonceOf(device) };
    if (drawn) writer.put("meta", "session", drawn);
    return drawn;
  });
  if (!session) throw new Failed("sign-in", "not_signed_in");
  try {
    await replace(device, session, rowOf(device, await refresh(device, session)));
  } catch (error) {
    // A refusal ends the session; being asked to wait, or a fault of the server, does not.
    if (!(error instanceof Failed && [400, 401, 403, 422].includes(error.status))) throw error;
    await endSession(device, session, error.code);
    throw new Failed("sign-in", error.code);
  }
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
  const say = async (token: string): Promise<void> =>
    (await http({ method: "DELETE", path: "sessions/current", token })).end();
  for (const [key, row] of keeper.mirror.goodbyes) {
    try {
      await say(row.accessToken).catch(async (error: unknown) => {
        if (!(error instanceof Failed && error.code === "token_expired")) throw error;
        await say((await refresh(device, row)).accessToken);
      });
    } catch (error) {
      if (!(isRefusal(error) && error.status < 429)) continue;
    }
    await keeper.write((writer) => writer.delete("meta", key));
  }
}

function refresh(
  { http }: Device,
  { refreshToken, nonce }: Pick<SessionRow, "refreshToken" | "nonce">,
): Promise<Session> {
  return sessionOf(http({ path: "sessions/refresh", body: { refreshToken, nonce } }));
}

async function sessionOf(answer: Promise<Answer>): Promise<Session> {
  const session = await valueOf(await answer);
  if (!fits("session", session)) throw offline(UNREADABLE);
  return session;
}

function isRefusal(error: unknown): error is Failed {
  return error instanceof Failed && error.status > 0;
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
  if (!session || session.ended) return;
  const { accessToken, refreshToken, nonce = nonceOf(device) } = session;
  writer.put("meta", `goodbye:${session.device}`, { accessToken, refreshToken, nonce });
}

function nonceOf({ runtime }: Device): string {
  return encodeBase64Url(runtime.randomBytes(NONCE_BYTES));
}
