import type { Kind } from "@healthbridge/schema/client";
import type { HealthBridge } from "../health-bridge.ts";
import type { FollowedFeed } from "../options.ts";
import { devicePulse, type Pulse } from "../pulse.ts";
import type { Filter, Held } from "../replica/query.ts";
import type { Holder } from "../schedule/holder.ts";
import { idOf, keepItems, saysTheSame } from "./keep-same.ts";

/** Each kind as it was listed last. */
type Listed = {
  [K in Kind]?: {
    readonly held: ReadonlyArray<Held<K>>;
    /** of which moment; `undefined`: unknown */
    readonly beats: number | undefined;
  };
};

/**
 * Lists a kind once for all components that ask between two changes: a screen of twenty lists over ten thousand entities would else go through all of them twenty
 * times. An entity that says the same is the same object, whoever asked.
 */
export class Listing implements Holder {
  readonly #hb: Holder;
  readonly #pulse: Pulse;
  readonly #listed: Listed = {};

  constructor(hb: HealthBridge) {
    this.#hb = hb;
    this.#pulse = devicePulse(hb);
  }

  get<K extends Kind>(kind: K, id: string): Held<K> | undefined {
    return this.#hb.get(kind, id);
  }

  isComplete(feed: FollowedFeed): boolean {
    return this.#hb.isComplete(feed);
  }

  list<K extends Kind>(kind: K, filter?: Filter<K>): ReadonlyArray<Held<K>> {
    const all = this.#all(kind);
    return filter === undefined ? all : all.filter((each) => passes(each, filter));
  }

  #all<K extends Kind>(kind: K): ReadonlyArray<Held<K>> {
    const before: Listed[K] = this.#listed[kind];
    const { beats } = this.#pulse;
    if (before !== undefined && beats !== undefined && before.beats === beats) return before.held;
    const held = keepItems<Held<K>>(before?.held, this.#hb.list(kind), idOf);
    Object.assign(this.#listed, { [kind]: { held, beats } });
    return held;
  }
}

/** As `hb.list` filters. */
function passes<K extends Kind>(held: Held<K>, filter: Filter<K>): boolean {
  if (typeof filter === "function") return filter(held);
  const fields = new Map<string, unknown>(Object.entries(held));
  return Object.entries(filter).every(([name, value]) => saysTheSame(fields.get(name), value));
}

const listings = /* @__PURE__ */ new WeakMap<HealthBridge, Listing>();

/** The one listing of an open device. */
export function listingOf(hb: HealthBridge): Listing {
  const listing = listings.get(hb) ?? new Listing(hb);
  listings.set(hb, listing);
  return listing;
}
