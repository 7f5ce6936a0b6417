import { DOCUMENT_LIMITS } from "@healthbridge/schema";
import type { Clock } from "../../adapters/clock.ts";
import type { DocumentRight } from "./access.ts";
import { jsonDeeperThan } from "./thread/json-depth.ts";
import { GONE, type Presence } from "./wire.ts";

/** Somebody who is shown what others show. */
export interface Onlooker {
  readonly account: string;
  readonly right: DocumentRight;
  show(presences: readonly Presence[]): void;
}

/** A presence from another server that was not renewed for so long is over; clients renew theirs every 15 s. */
const FORGOTTEN_MS = 45_000;
const LARGEST_CLOCK = 0x7f_ff_ff_ff;
const MOST_DEEP = 6;

/**
 * Who is looking at a document, and where. Nothing of it is stored. A socket shows one state, under one id, which is its own; who it is is the server's word, whatever
 * the state says.
 */
export class PresenceBoard {
  readonly #own = new Map<Onlooker, Presence | undefined>();
  readonly #elsewhere = new Map<number, { readonly presence: Presence; readonly heardAt: number }>();
  readonly #tellOthers: (presence: Presence) => void;
  readonly #clock: Clock;

  constructor(tellOthers: (presence: Presence) => void, clock: Clock) {
    this.#tellOthers = tellOthers;
    this.#clock = clock;
  }

  enter(onlooker: Onlooker): void {
    this.#own.set(onlooker, undefined);
  }

  leave(onlooker: Onlooker): void {
    const presence = this.#own.get(onlooker);
    this.#own.delete(onlooker);
    if (presence !== undefined) this.#spread({ ...presence, state: GONE });
  }

  /** Everybody who is here. */
  all(): readonly Presence[] {
    const here = [...this.#own.values()].filter((presence) => presence !== undefined);
    return [...here, ...this.#elsewhere.values().map(({ presence }) => presence)].filter(
      ({ state }) => state !== GONE,
    );
  }

  /**
   * Takes what a socket says. The stock provider repeats what others show: that is passed over. Its own is the id it showed first, unless that is another account's.
   * @param ownerOf the account that writes under an id
   */
  take(
    onlooker: Onlooker,
    presences: readonly Presence[],
    ownerOf: (client: number) => string | undefined,
  ): void {
    const before = this.#own.get(onlooker);
    const said =
      before === undefined
        ? presences.find(({ client }) => this.#isFree(client, onlooker.account, ownerOf(client)))
        : presences.find(({ client }) => client === before.client);
    if (said === undefined || said.clock > LARGEST_CLOCK) return;
    if (before !== undefined && said.clock <= before.clock && said.state !== GONE) return;
    const state = said.state === GONE ? GONE : signed(said.state, onlooker);
    if (state === undefined) return;
    const presence = { client: said.client, clock: said.clock, state };
    this.#own.set(onlooker, presence);
    this.#spread(presence);
  }

  /** What another server tells. */
  hear(presence: Presence): void {
    this.#elsewhere.set(presence.client, { presence, heardAt: this.#clock.monotonic() });
    this.#show(presence);
  }

  /** Lets go of what another server has not renewed. */
  clear(): void {
    const now = this.#clock.monotonic();
    for (const [client, { presence, heardAt }] of this.#elsewhere) {
      if (now - heardAt < FORGOTTEN_MS) continue;
      this.#elsewhere.delete(client);
      this.#show({ ...presence, state: GONE });
    }
  }

  #isFree(client: number, account: string, owner: string | undefined): boolean {
    if (owner !== undefined && owner !== account) return false;
    // A socket that is not known to be dead yet may still show the state of the same person.
    return ![...this.#own].some(
      ([other, presence]) => presence?.client === client && other.account !== account,
    );
  }

  #spread(presence: Presence): void {
    this.#show(presence);
    this.#tellOthers(presence);
  }

  /** Whoever said it hears it too: to the stock provider that is a sign of life. */
  #show(presence: Presence): void {
    for (const onlooker of this.#own.keys()) onlooker.show([presence]);
  }
}

/** A state with the server's word on whose it is; `undefined` for what is no state. */
function signed(text: string, { account, right }: Onlooker): string | undefined {
  if (text.length > DOCUMENT_LIMITS.documentPresenceBytes) return undefined;
  const state = parse(text);
  if (typeof state !== "object" || state === null || Array.isArray(state) || jsonDeeperThan(state, MOST_DEEP))
    return undefined;
  const said = new Map<string, unknown>(Object.entries(state));
  const color = colorOf(said.get("user"));
  const user = { account, name: right.name, side: right.side, ...(color === undefined ? {} : { color }) };
  return JSON.stringify(Object.fromEntries(said.set("user", user)));
}

/** The one thing about herself that somebody may choose. */
function colorOf(user: unknown): string | undefined {
  if (typeof user !== "object" || user === null || !("color" in user)) return undefined;
  return typeof user.color === "string" && /^#[0-9a-f]{3,8}$/i.test(user.color) ? user.color : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
