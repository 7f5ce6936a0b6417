import type { Kind, StreamId } from "@healthbridge/schema";
import type { StoredFeedName } from "./audience.ts";

/** One change as one feed shall show it. */
export interface Entry {
  readonly tenant: string;
  readonly feed: StoredFeedName;
  readonly kind: Kind;
  readonly id: string;
  readonly gone: boolean;
  readonly origin: StreamId | undefined;
}
