import type { EntityId, Kind } from "@healthbridge/schema/client";
import { HealthBridgeError } from "../errors.ts";
import type { HealthBridge } from "../health-bridge.ts";
import type { Outcome, Waiting } from "../outbox/operation.ts";
import { isRecord, keyOf } from "../outbox/rows.ts";
import type { Held } from "../replica/query.ts";
import type { Store } from "../stores/store.ts";
import type { SyncStatus } from "../sync/status.ts";
import type { InspectableRuntime, LineMode } from "./inspectable.ts";
import type { SeenRequest } from "./request-log.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** What an operation that waits looks like from inside. */
export interface QueuedPicture extends Waiting {
  /** operations that must be applied first; `undefined` where no store was handed in, and far down in a long queue */
  readonly after: readonly EntityId[] | undefined;
}

/** A feed, and how far it was read. */
export interface FeedPicture {
  readonly name: string;
  readonly handle: string;
  readonly cursor: number;
  /** where reading it from its beginning had begun, while that goes on */
  readonly begun: number | undefined;
  /** everything it had was read at least once */
  readonly complete: boolean;
}

/** Feeds as the store has them. */
export interface FeedsPicture {
  readonly feeds: readonly FeedPicture[];
  /** asked for by the app, beside those an account has by itself */
  readonly asked: readonly string[];
  /** asked for in vain */
  readonly denied: readonly string[];
}

/** What an inspector shows of an instance at one moment, and what it exports. Nothing in it can be used to sign in. */
export interface Picture {
  readonly status: SyncStatus;
  readonly queue: readonly QueuedPicture[];
  readonly outcomes: readonly Outcome[];
  /** `undefined` where no store was handed in */
  readonly feeds: FeedsPicture | undefined;
  readonly entities: ReadonlyArray<readonly [kind: Kind, held: ReadonlyArray<Held<Kind>>]>;
  /** `undefined` where the runtime is not an inspectable one */
  readonly line: LineMode | undefined;
  readonly requests: readonly SeenRequest[] | undefined;
  /** why something of this could not be read */
  readonly problem: string | undefined;
}

/** What an inspector looks at. */
export interface Inspected {
  readonly hb: HealthBridge;
  readonly store?: Store | undefined;
  readonly runtime?: InspectableRuntime | undefined;
}

/** More lines than this nobody reads, and a slow phone would not draw. */
export const MOST_ROWS = 200;

/** Every kind there is; that a kind is new is found by the compiler. */
const KINDS: Readonly<Record<Kind, true>> = {
  account: true,
  device: true,
  clinic: true,
  doctor: true,
  patient: true,
  availability: true,
  sheet: true,
  appointment: true,
  calendarLink: true,
  conversation: true,
  message: true,
};

type After = ReadonlyMap<EntityId, readonly EntityId[]>;

/** Takes a picture. It never rejects: what cannot be read is left out, and `problem` says why. */
export async function takePicture({ hb, store, runtime }: Inspected): Promise<Picture> {
  const problems = new Set<string>();
  const orElse = <T>(other: T) => {
    return (error: unknown): T => {
      problems.add(wordsOf(error));
      return other;
    };
  };
  const waiting = hb.waiting();
  const [outcomes, feeds, after] = await Promise.all([
    hb.outcomes().catch(orElse<readonly Outcome[]>([])),
    store && readFeeds(store).catch(orElse(undefined)),
    store && readAfter(store, waiting).catch(orElse<After>(new Map())),
  ]);
  const picture: Picture = {
    status: hb.status.get(),
    queue: waiting.map((each) => ({ ...each, after: after?.get(each.id) })),
    outcomes,
    feeds,
    entities: heldByKind(hb),
    line: runtime?.line.get(),
    requests: runtime?.requests.get(),
    problem: problems.size === 0 ? undefined : [...problems].join(", "),
  };
  return cleaned(picture);
}

/** Of the table `meta` nothing is read but what is named here: the session lies there as well. */
async function readFeeds(store: Store): Promise<FeedsPicture> {
  return store.transaction("read", async (tx) => {
    const rows = await tx.list("feed");
    return {
      feeds: rows.flatMap(([handle, row]) => (isRecord(row) ? feedOf(handle, row) : [])),
      asked: texts(await tx.get("meta", "follow")),
      denied: texts(await tx.get("meta", "denied")),
    };
  });
}

function feedOf(handle: string, { name, cursor, begun, complete }: Record<string, unknown>): FeedPicture {
  return {
    name: typeof name === "string" ? name : handle,
    handle,
    cursor: typeof cursor === "number" ? cursor : 0,
    begun: typeof begun === "number" ? begun : undefined,
    complete: complete === true,
  };
}

async function readAfter(store: Store, waiting: readonly Waiting[]): Promise<After> {
  return store.transaction("read", async (tx) => {
    const found = new Map<EntityId, readonly EntityId[]>();
    for (const { id } of waiting.slice(0, MOST_ROWS)) {
      const row = await tx.get("outbox", keyOf(id));
      if (isRecord(row)) found.set(id, texts(row["after"]));
    }
    return found;
  });
}

function heldByKind(hb: HealthBridge): Picture["entities"] {
  return Object.keys(KINDS)
    .filter((kind) => isKind(kind))
    .map((kind) => [kind, hb.list(kind)] as const)
    .filter(([, held]) => held.length > 0);
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(KINDS, name);
}

function wordsOf(error: unknown): string {
  if (error instanceof HealthBridgeError) return error.code;
  return error instanceof Error ? error.message : "unknown";
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function cleaned(picture: Picture): Picture {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same shape, in which some texts are another text
  return withoutSecrets(picture) as Picture;
}
