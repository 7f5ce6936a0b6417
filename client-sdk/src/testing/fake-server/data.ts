import type {
  AttachmentKind,
  ContentType,
  Entities,
  EntityId,
  Kind,
  Problem,
  StreamId,
} from "@healthbridge/schema";

/** Everything a server keeps: what a backup holds. Plain data, so that it can be copied. */
export interface Data {
  readonly entities: { readonly [K in Kind]: Map<string, Entities[K]> };
  readonly streams: Map<StreamId, Stream>;
  readonly feeds: Map<string, Feed>;
  /** by account */
  readonly passwords: Map<EntityId, string>;
  /** by device */
  readonly sessions: Map<EntityId, Session>;
  /** the stream of an `Idempotency-Key`, by account and key */
  readonly keys: Map<string, StreamId>;
  readonly attachments: Map<EntityId, Attachment>;
}

/** A photo or a voice note, from its first byte on. */
export interface Attachment {
  /** whose upload it is */
  readonly account: EntityId;
  readonly conversation: EntityId;
  readonly kind: AttachmentKind;
  readonly type: ContentType;
  /** bytes of thumbnail and file together */
  readonly length: number;
  /** how many of them, from the first on, are the thumbnail */
  readonly thumbnailSize: number;
  /** what has come of it */
  content: Uint8Array<ArrayBuffer>;
  whole: boolean;
}

/** What is kept of one stream: everything that was ever settled in it. */
export interface Stream {
  /** whose account writes it; `system` is the server itself, `anonymous` whoever opens an account */
  readonly account: string;
  /** operation 1 is the first */
  readonly settled: Settled[];
  /** operations up to here are in a verified backup */
  durableThrough: number;
}

/** What became of one operation. */
export interface Settled {
  readonly type: string;
  /** the canonical text of type, input and `after`: the same number with another is another operation */
  readonly content: string;
  /** ms since 1970 */
  readonly decidedAt: number;
  readonly problem?: Problem;
  readonly output?: unknown;
  /** how many changes stood in all feeds together before it */
  readonly written: number;
  /** what its device foresaw, where it came to that */
  readonly sum?: string;
}

/** An ordered list of changes to what somebody may see; the newest of each entity only. */
export interface Feed {
  readonly handle: number;
  /** of the newest change */
  number: number;
  /** deletions up to here are forgotten */
  horizon: number;
  /** by kind and id */
  readonly entries: Map<string, FeedEntry>;
}

export interface FeedEntry {
  readonly kind: Kind;
  readonly id: string;
  readonly number: number;
  readonly gone: boolean;
  /** the one stream that made it and foresaw it */
  readonly origin: StreamId | undefined;
  /** number of the newest change that came from elsewhere */
  readonly other: number;
  /** how many changes stood in all feeds together then */
  readonly written: number;
}

/** A sign-in on one device, with the refresh tokens it gave away. */
export interface Session {
  readonly account: EntityId;
  readonly device: EntityId;
  /** of the sign-in, and of each refresh: the same nonce gets the same answer */
  nonce: string;
  /** refresh tokens, the newest last */
  readonly tokens: string[];
  /** ms since 1970 */
  usedAt: number;
  ended?: "signed-out" | "theft";
  /** access tokens made before this moment have run out, ms since 1970 */
  accessSince: number;
}

/** A server that holds nothing yet. */
export function noData(): Data {
  return {
    entities: {
      account: new Map(),
      device: new Map(),
      clinic: new Map(),
      doctor: new Map(),
      patient: new Map(),
      availability: new Map(),
      sheet: new Map(),
      appointment: new Map(),
      calendarLink: new Map(),
      conversation: new Map(),
      message: new Map(),
    },
    streams: new Map(),
    feeds: new Map(),
    passwords: new Map(),
    sessions: new Map(),
    keys: new Map(),
    attachments: new Map(),
  };
}
