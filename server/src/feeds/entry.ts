import type { Kind, StoredFeedName, StreamId } from "@healthbridge/schema";

/** One change as one feed shall show it. */
export interface Entry {
  readonly tenant: string;
  readonly feed: StoredFeedName;
  readonly kind: Kind;
  readonly id: string;
  readonly gone: boolean;
  readonly origin: StreamId | undefined;
}
