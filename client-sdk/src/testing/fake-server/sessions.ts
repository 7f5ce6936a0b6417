import {
  type Account,
  type EntityId,
  LIMITS,
  type RefreshRequest,
  type RegisterRequest,
  type Session as SessionAnswer,
  type SignInRequest,
} from "@healthbridge/schema";
import type { Data, Session } from "./data.ts";
import type { Operations } from "./operations.ts";
import { Refused, refused } from "./refused.ts";
import type { World } from "./world.ts";

/** Who asks, by her access token. */
export interface Asking {
  readonly account: EntityId;
  readonly device: EntityId;
}

/** How long tokens live, in seconds. */
export interface Lifetimes {
  readonly access: number;
  readonly session: number;
}

/**
 * Accounts, devices and tokens. As strict as the real ones about who gets in, and as forgiving about answers that were lost; but passwords are kept as they are and tokens
 * are plain text: there is nothing here to protect.
 */
export class Sessions {
  readonly #data: Data;
  readonly #world: World;
  readonly #operations: Operations;
  readonly #now: () => number;
  readonly #lifetimes: Lifetimes;

  constructor(parts: {
    readonly data: Data;
    readonly world: World;
    readonly operations: Operations;
    readonly now: () => number;
    readonly lifetimes: Lifetimes;
  }) {
    this.#data = parts.data;
    this.#world = parts.world;
    this.#operations = parts.operations;
    this.#now = parts.now;
    this.#lifetimes = parts.lifetimes;
  }

  /** Opens an account; a patient's only, unless an administrator asks. */
  register(request: RegisterRequest, asking: Asking | undefined): Account {
    const { tenant: _tenant, password, role = "patient", ...rest } = request;
    const strange = role !== "patient" || rest.clinics !== undefined || rest.doctor !== undefined;
    if (asking === undefined && strange) throw refused("forbidden", "role");
    if (Array.from(password).length < LIMITS.passwordCharacters.least)
      throw refused("password_weak", "password");
    const id = this.#operations.submitOne(asking ?? "anonymous", "account.register", { role, ...rest });
    this.#data.passwords.set(id, password);
    const account = this.#world.get("account", id);
    if (account === undefined) throw refused("not_found");
    return account;
  }

  /** Signs in on a new device; the same request again (its answer was lost) is the same session. */
  signIn({ login, password, device: name, nonce }: SignInRequest): SessionAnswer {
    const account = this.#world.get("account", this.#world.get("login", login) ?? "");
    if (account?.status !== "active" || this.#data.passwords.get(account.id) !== password)
      throw refused("credentials_wrong");
    const known = [...this.#data.sessions.values()].find(
      (session) => session.account === account.id && session.tokens[0] === firstToken(session.device, nonce),
    );
    if (known !== undefined) {
      // Refreshed or signed out since: the nonce is spent.
      if (known.tokens.length > 1 || known.ended !== undefined) throw refused("key_reused", "nonce");
      return this.#answer(known);
    }
    const device = this.#operations.submitOne("system", "device.add", { account: account.id, name });
    const now = this.#now();
    const session: Session = {
      account: account.id,
      device,
      nonce,
      tokens: [firstToken(device, nonce)],
      usedAt: now,
      accessSince: now,
    };
    this.#data.sessions.set(device, session);
    return this.#answer(session);
  }

  /** Exchanges a refresh token for its successor; the same pair of token and nonce gets the same one until that was used. */
  refresh({ refreshToken, nonce }: RefreshRequest): SessionAnswer {
    const session = this.#data.sessions.get(refreshToken.split("~")[0] ?? "");
    const place = session?.tokens.indexOf(refreshToken) ?? -1;
    if (session === undefined || place < 0) throw refused("token_invalid");
    if (session.ended !== undefined)
      throw refused(session.ended === "theft" ? "refresh_reused" : "device_revoked");
    if (this.#now() >= session.usedAt + this.#lifetimes.session * 1_000) throw refused("token_invalid");
    const newest = session.tokens.length - 1;
    if (place === newest) {
      session.tokens.push(`${session.device}~${newest + 2}~${nonce}`);
      session.nonce = nonce;
      session.usedAt = this.#now();
    } else if (place !== newest - 1 || session.nonce !== nonce) {
      session.ended = "theft";
      this.#operations.submitOne("system", "device.revoke", { device: session.device });
      throw refused("refresh_reused");
    }
    if (!this.#lives(session)) throw refused("device_revoked");
    return this.#answer(session);
  }

  signOut({ account, device }: Asking): void {
    const session = this.#data.sessions.get(device);
    this.#operations.submitOne({ account, device }, "device.revoke", { device });
    if (session !== undefined) session.ended = "signed-out";
  }

  /**
   * Who an access token speaks for; `undefined` where none was sent.
   * @throws Refused `token_invalid`, `token_expired`, `device_revoked`
   */
  who(authorization: string | null): Asking | undefined {
    if (authorization === null) return undefined;
    const [, token = ""] = /^Bearer +([^\s]+)$/i.exec(authorization) ?? [];
    const [mark, account, device, made] = token.split("~");
    if (mark !== "access" || account === undefined || device === undefined || made === undefined)
      throw refused("token_invalid");
    const session = this.#data.sessions.get(device);
    const until = Number(made) + this.#lifetimes.access * 1_000;
    if (this.#now() >= until || Number(made) < (session?.accessSince ?? 0)) throw refused("token_expired");
    if (session === undefined || session.account !== account || !this.#lives(session))
      throw refused("device_revoked");
    return { account, device };
  }

  /** Every access token that was given away so far has run out. */
  expireAccess(): void {
    // What is renewed in this very millisecond counts as made in the next.
    for (const session of this.#data.sessions.values()) session.accessSince = this.#now() + 1;
  }

  /** The devices of an account; the one that asks is marked. */
  devices({ account, device }: Asking): readonly object[] {
    return this.#world
      .list("device")
      .filter((each) => each.account === account)
      .map((each) => ({
        ...each,
        lastSeenAt: this.#data.sessions.get(each.id)?.usedAt ?? 0,
        ...(each.id === device ? { current: true } : {}),
      }));
  }

  #lives({ account, device, ended }: Session): boolean {
    return (
      ended === undefined &&
      this.#world.get("account", account)?.status === "active" &&
      this.#world.get("device", device)?.status === "active"
    );
  }

  #answer(session: Session): SessionAnswer {
    const account = this.#world.get("account", session.account);
    if (account === undefined) throw new Refused({ code: "device_revoked" });
    const made = Math.max(this.#now(), session.accessSince);
    return {
      accessToken: `access~${account.id}~${session.device}~${made}`,
      expiresIn: this.#lifetimes.access,
      refreshToken: session.tokens.at(-1) ?? "",
      refreshExpiresIn: this.#lifetimes.session,
      account,
      device: session.device,
    };
  }
}

function firstToken(device: EntityId, nonce: string): string {
  return `${device}~1~${nonce}`;
}
