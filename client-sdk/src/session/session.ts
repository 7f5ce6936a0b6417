import {
  type Account,
  encodeBase64Url,
  fits,
  type RegisterRequest,
  type Session,
} from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import { type Http, parseJson, type Reply } from "../carriers/http.ts";
import { textOf } from "../carriers/lines.ts";
import { errorFrom, HealthBridgeError } from "../errors.ts";
import type { Keeper, Writer } from "../keeper.ts";
import { serverNow } from "../sync/clock.ts";
import { isSignInRow, type SessionRow } from "./rows.ts";
import { adopt, forgetReplica } from "./owners.ts";

/** Answers about accounts are small: a line on which nothing moves for so many ms is dead. */
const PATIENCE = 30_000;
const NONCE_BYTES = 32;

/** How a refresh ended: with a new token, with the session's end, or without an answer. */
export type Renewal =
  | { readonly kind: "renewed" }
  | { readonly kind: "ended"; readonly code: string }
  | Exclude<Reply, { kind: "answer" }>;

/** Who is signed in, and the tokens that prove it. Nonces are stored before they are sent, so that a lost answer is asked for again, not lost. */
export class Sessions {
  readonly #keeper: Keeper;
  readonly #http: Http;
  readonly #runtime: Runtime;
  readonly #tenant: string | undefined;
  readonly #device: string;

  constructor(
    keeper: Keeper,
    http: Http,
    runtime: Runtime,
    names: { readonly tenant: string | undefined; readonly device: string },
  ) {
    this.#keeper = keeper;
    this.#http = http;
    this.#runtime = runtime;
    this.#tenant = names.tenant;
    this.#device = names.device;
  }

  async register(request: Omit<RegisterRequest, "tenant">): Promise<Account | undefined> {
    const body = { ...this.#tenantPart(), ...request };
    const token = this.#keeper.mirror.session?.accessToken;
    const headers = { "idempotency-key": this.#nonce() };
    const reply = await this.#http.call({
      method: "POST",
      path: "/v1/accounts",
      body,
      token,
      headers,
      patience: PATIENCE,
    });
    const value = await valueOf(reply);
    if (fits("account", value)) return value;
    // Nobody is signed in: whether the name was free is not told, the account is there for whoever can sign in.
    if (token !== undefined || typeof value !== "object" || value === null || !("next" in value))
      throw offline("the answer could not be read");
    return undefined;
  }

  async signIn(login: string, password: string, signal?: AbortSignal): Promise<Account> {
    const nonce = await this.#signInNonce(login);
    const body = { ...this.#tenantPart(), login, password, device: this.#device, nonce };
    const reply = await this.#http.call({
      method: "POST",
      path: "/v1/sessions",
      body,
      patience: PATIENCE,
      signal,
    });
    if (reply.kind === "problem") await this.#keeper.write((writer) => writer.delete("meta", "signIn"));
    const session = await valueOf(reply);
    if (!fits("session", session)) throw offline("the answer could not be read");
    await this.#keeper.write(async (writer) => {
      const { mirror } = this.#keeper;
      const before = mirror.session;
      writer.delete("meta", "signIn");
      writer.delete("meta", "denied");
      if (before !== undefined && before.account.id !== session.account.id) {
        this.#farewell(writer, before);
        forgetReplica(writer);
      }
      writer.put("meta", "session", this.#row(session));
      await adopt(writer, mirror, session.account.id);
    });
    return session.account;
  }

  /** Exchanges the refresh token for the next one. The same pair of token and nonce is sent until an answer has arrived. */
  async renew(): Promise<Renewal> {
    const session = await this.#keeper.write((writer) => {
      const row = this.#keeper.mirror.session;
      if (row === undefined || row.nonce !== undefined) return row;
      const drawn = { ...row, nonce: this.#nonce() };
      writer.put("meta", "session", drawn);
      return drawn;
    });
    if (session?.nonce === undefined) return { kind: "ended", code: "not_signed_in" };
    const reply = await this.#refresh(session.refreshToken, session.nonce);
    if (reply.kind === "answer") {
      const next = parseJson(await textOf(reply).catch(() => ""));
      if (!fits("session", next)) return { kind: "elsewhere", detail: "the answer could not be read" };
      await this.#replace(session, this.#row(next));
      return { kind: "renewed" };
    }
    if (reply.kind === "problem" && isEnd(reply.problem.status)) {
      await this.end(session, reply.problem.code);
      return { kind: "ended", code: reply.problem.code };
    }
    return reply;
  }

  /** Notes that the server wants a new sign-in. The account stays, and so does everything it queued. */
  end(session: SessionRow, code: string): Promise<void> {
    const { nonce: _answered, ...rest } = session;
    return this.#replace(session, { ...rest, ended: code });
  }

  /** Ends the session on this device; the server is told by `sayGoodbye`. */
  async signOut(work: (writer: Writer) => void): Promise<void> {
    await this.#keeper.write((writer) => {
      const { session } = this.#keeper.mirror;
      work(writer);
      if (session !== undefined) this.#farewell(writer, session);
      writer.delete("meta", "session");
      forgetReplica(writer);
    });
  }

  /** Tells the server of sessions that ended here, best effort: what cannot be told now is told at the next chance. */
  async sayGoodbye(): Promise<void> {
    const { goodbyes } = this.#keeper.mirror;
    for (const [key, { accessToken, refreshToken, nonce }] of goodbyes) {
      let reply = await this.#leave(accessToken);
      if (reply.kind === "problem" && reply.problem.code === "token_expired") {
        const renewed = await this.#refresh(refreshToken, nonce);
        const session =
          renewed.kind === "answer" ? parseJson(await textOf(renewed).catch(() => "")) : undefined;
        reply = fits("session", session) ? await this.#leave(session.accessToken) : renewed;
      }
      if (reply.kind === "answer") reply.end();
      if (reply.kind !== "elsewhere" && !(reply.kind === "problem" && reply.problem.status >= 429)) {
        await this.#keeper.write((writer) => writer.delete("meta", key));
      }
    }
  }

  #leave(token: string): Promise<Reply> {
    return this.#http.call({ method: "DELETE", path: "/v1/sessions/current", token, patience: PATIENCE });
  }

  #refresh(refreshToken: string, nonce: string): Promise<Reply> {
    return this.#http.call({
      method: "POST",
      path: "/v1/sessions/refresh",
      body: { refreshToken, nonce },
      patience: PATIENCE,
    });
  }

  /** Puts a row in place of a session, unless somebody has signed in or out meanwhile. */
  #replace(before: SessionRow, after: SessionRow): Promise<void> {
    return this.#keeper.write((writer) => {
      if (this.#keeper.mirror.session?.refreshToken === before.refreshToken)
        writer.put("meta", "session", after);
    });
  }

  #row({ account, device, accessToken, refreshToken, expiresIn }: Session): SessionRow {
    const expires = serverNow(this.#keeper.mirror, this.#runtime) + expiresIn * 1_000;
    return { account, device, accessToken, refreshToken, expires };
  }

  #farewell(writer: Writer, { accessToken, refreshToken, nonce, ended, device }: SessionRow): void {
    if (ended === undefined)
      writer.put("meta", `goodbye:${device}`, { accessToken, refreshToken, nonce: nonce ?? this.#nonce() });
  }

  /** The nonce of a sign-in whose answer was lost, or a fresh one; stored before it is sent. */
  #signInNonce(login: string): Promise<string> {
    return this.#keeper.write((writer) => {
      const row = this.#keeper.mirror.meta.get("signIn");
      if (isSignInRow(row) && row.login === login) return row.nonce;
      const nonce = this.#nonce();
      writer.put("meta", "signIn", { login, nonce });
      return nonce;
    });
  }

  #nonce(): string {
    return encodeBase64Url(this.#runtime.randomBytes(NONCE_BYTES));
  }

  #tenantPart(): { tenant?: string } {
    return this.#tenant === undefined ? {} : { tenant: this.#tenant };
  }
}

/** A refusal that ends the session; being asked to wait, or a fault of the server, does not. */
function isEnd(status: number): boolean {
  return status === 400 || status === 401 || status === 403 || status === 422;
}

async function valueOf(reply: Reply): Promise<unknown> {
  if (reply.kind === "problem") throw errorFrom(reply.problem, { retryAfter: reply.retryAfter });
  if (reply.kind === "elsewhere") throw offline(reply.detail);
  try {
    return parseJson(await textOf(reply));
  } catch (error) {
    throw offline("the answer was cut", error);
  } finally {
    reply.end();
  }
}

function offline(detail: string, cause?: unknown): HealthBridgeError {
  return new HealthBridgeError("offline", { detail, cause });
}
