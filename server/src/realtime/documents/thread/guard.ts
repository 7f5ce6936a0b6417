import * as decoding from "lib0/decoding";
import * as Y from "yjs";
import { depthJudge } from "./depth.ts";
import { jsonDeeperThan } from "./json-depth.ts";

/** How large one update may be. */
export interface SizeLimits {
  readonly bytes: number;
  /** structs, known ones among them */
  readonly structs: number;
  /** by how much all clocks together may grow */
  readonly growth: number;
}

/** What a document, and an update of one, may be. */
export interface GuardLimits {
  readonly update: SizeLimits;
  /** of sync step 2: everything that one side has and the other lacks */
  readonly step: SizeLimits;
  readonly documentBytes: number;
  /** ids of Yjs in one document */
  readonly clients: number;
  /** ids that one account begins to use in one document within a day */
  readonly clientsPerDay: number;
  /** nesting of types, and of plain values */
  readonly depth: number;
  readonly jsonDepth: number;
  /** types at the root of a document */
  readonly roots: number;
  /** characters of names at the root and of keys */
  readonly nameCharacters: number;
}

/** Why an update is refused; a closed set, counted by metrics. */
export type RefusalReason =
  | "malformed"
  | "too_large"
  | "too_many"
  | "foreign_client"
  | "too_many_clients"
  | "too_deep"
  | "content"
  | "document_full"
  | "broke"
  | "too_slow";

/** Who writes under an id of Yjs, and since when (ms). */
export interface Owner {
  readonly account: string;
  readonly since: number;
}

/** Who sent an update, and how. */
export interface Sending {
  readonly via: "update" | "step";
  readonly account: string;
  /** ms since 1970 */
  readonly now: number;
}

/** What the guard looks at, none of which it changes. */
export interface Held {
  readonly doc: Y.Doc;
  readonly owners: ReadonlyMap<number, Owner>;
  /** about how large the document is, encoded */
  readonly bytes: number;
}

/** What an update turned out to be before it was applied. */
export type Finding =
  | {
      readonly status: "fine";
      /** clock of each client that has something new, when all of it is applied */
      readonly clocks: ReadonlyMap<number, number>;
      /** ids that were used by nobody so far */
      readonly fresh: readonly number[];
    }
  /** it follows something that is not there */
  | { readonly status: "gap" }
  | { readonly status: "refused"; readonly reason: RefusalReason };

type Bad = Exclude<Finding, { readonly status: "fine" }>;
type Struct = Y.Item | Y.GC | Y.Skip;
type Decoded = ReturnType<typeof Y.decodeUpdate>;

const DAY_MS = 86_400_000;
/** Yjs draws ids of 32 bits. */
const LARGEST_CLIENT = 0xff_ff_ff_ff;

const refused = (reason: RefusalReason): Bad => ({ status: "refused", reason });

/**
 * Judges an update before anything of it is applied. A document is changed by nothing but new structs and by deletes of what is there: new structs have to
 * be the sender's own, follow what is held without a gap, refer only to what exists, and be of kinds, sizes and depths that a document may have.
 */
export function inspect(update: Uint8Array, held: Held, sending: Sending, limits: GuardLimits): Finding {
  const size = limits[sending.via];
  if (update.length > size.bytes) return refused("too_large");
  const decoded = decode(update);
  if (decoded === undefined) return refused("malformed");
  if (decoded.structs.length > size.structs) return refused("too_many");
  const news = findNews(decoded.structs, held.doc);
  if (news.status !== "fine") return news;
  return (
    judgeOwners(news, held, sending, limits) ??
    judgeGrowth(update, news, held, size, limits) ??
    judgeReferences(news, decoded, held.doc) ??
    judgeContents(news, held.doc, limits) ?? {
      status: "fine",
      clocks: news.clocks,
      fresh: [...news.clocks.keys()].filter((client) => !held.owners.has(client)),
    }
  );
}

/** Remembers what was read last, for Yjs does not say where it ended. */
class RememberedDecoder extends Y.UpdateDecoderV1 {
  static last: decoding.Decoder | undefined;

  constructor(decoder: decoding.Decoder) {
    super(decoder);
    RememberedDecoder.last = decoder;
  }
}

/** An update of version 2 mostly reads as an empty one with something behind it: whoever sends that is not to believe that it was taken. */
function decode(update: Uint8Array): Decoded | undefined {
  try {
    const decoded = Y.decodeUpdateV2(update, RememberedDecoder);
    const { last } = RememberedDecoder;
    return last !== undefined && decoding.hasContent(last) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

interface News {
  readonly status: "fine";
  readonly structs: readonly Struct[];
  readonly clocks: ReadonlyMap<number, number>;
  readonly growth: number;
}

/** The structs that are not held yet, each behind the one before it. */
function findNews(structs: readonly Struct[], doc: Y.Doc): News | Bad {
  const clocks = new Map<number, number>();
  const seen = new Set<number>();
  const fresh: Struct[] = [];
  let growth = 0;
  let client = -1;
  for (const struct of structs) {
    const { id, length } = struct;
    if (id.client !== client) {
      // Yjs reads one run of each client: of two it would apply the second alone.
      if (seen.has(id.client) || id.client > LARGEST_CLIENT) return refused("malformed");
      seen.add((client = id.client));
    }
    if (length < 1 || !Number.isSafeInteger(id.clock + length)) return refused("malformed");
    if (struct instanceof Y.Skip) return { status: "gap" };
    const known = clocks.get(client) ?? Y.getState(doc.store, client);
    const end = id.clock + length;
    if (end <= known) continue;
    if (id.clock > known) return { status: "gap" };
    clocks.set(client, end);
    growth += end - known;
    fresh.push(struct);
  }
  return { status: "fine", structs: fresh, clocks, growth };
}

function judgeGrowth(
  update: Uint8Array,
  { structs, growth }: News,
  { bytes }: Held,
  size: SizeLimits,
  { documentBytes }: GuardLimits,
): Bad | undefined {
  if (growth > size.growth) return refused("too_many");
  // What only deletes makes room.
  return structs.length > 0 && bytes + update.length > documentBytes ? refused("document_full") : undefined;
}

/** An id of Yjs is a claim. Whoever used it first in this document keeps it. */
function judgeOwners(
  { clocks }: News,
  { owners }: Held,
  { account, now }: Sending,
  limits: GuardLimits,
): Bad | undefined {
  let fresh = 0;
  for (const client of clocks.keys()) {
    const owner = owners.get(client);
    if (owner === undefined) fresh += 1;
    else if (owner.account !== account) return refused("foreign_client");
  }
  if (fresh === 0) return undefined;
  if (owners.size + fresh > limits.clients) return refused("too_many_clients");
  let today = fresh;
  for (const owner of owners.values())
    if (owner.account === account && owner.since > now - DAY_MS) today += 1;
  return today > limits.clientsPerDay ? refused("too_many_clients") : undefined;
}

/** Nothing may point to what is not there: Yjs would keep it waiting, and look at all that waits each time. */
function judgeReferences({ structs, clocks }: News, { ds }: Decoded, doc: Y.Doc): Bad | undefined {
  const exists = (client: number, clock: number): boolean =>
    clock < (clocks.get(client) ?? Y.getState(doc.store, client));
  for (const struct of structs) {
    if (!(struct instanceof Y.Item)) continue;
    for (const id of [struct.origin, struct.rightOrigin, struct.parent]) {
      if (!(id instanceof Y.ID)) continue;
      if (id.client === struct.id.client && id.clock >= struct.id.clock) return refused("malformed");
      if (!exists(id.client, id.clock)) return { status: "gap" };
    }
  }
  for (const [client, deletes] of ds.clients)
    for (const { clock, len } of deletes) {
      if (len < 1 || !Number.isSafeInteger(clock + len)) return refused("malformed");
      if (!exists(client, clock + len - 1)) return { status: "gap" };
    }
  return undefined;
}

function judgeContents({ structs }: News, doc: Y.Doc, limits: GuardLimits): Bad | undefined {
  const items = structs.filter((struct) => struct instanceof Y.Item);
  const roots = new Set(doc.share.keys());
  const tooDeep = depthJudge(items, doc, limits.depth);
  for (const item of items) {
    const parent: unknown = item.parent;
    if (typeof parent === "string") roots.add(parent);
    const names = [parent, item.parentSub].filter((name) => typeof name === "string");
    if (names.some((name) => name.length > limits.nameCharacters) || roots.size > limits.roots)
      return refused("content");
    const { content } = item;
    if (content instanceof Y.ContentDoc) return refused("content");
    if (content instanceof Y.ContentType) {
      const verdict = tooDeep(item);
      if (verdict !== undefined) return refused(verdict);
    } else if (jsonDeeperThan(valuesOf(content), limits.jsonDepth)) return refused("too_deep");
  }
  return undefined;
}

/** Plain values that somebody will read as JSON one day. */
function valuesOf(content: Y.Item["content"]): unknown {
  if (content instanceof Y.ContentAny || content instanceof Y.ContentJSON) return content.arr;
  if (content instanceof Y.ContentEmbed) return content.embed;
  if (content instanceof Y.ContentFormat) return content.value;
  return undefined;
}
