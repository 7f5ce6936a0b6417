/** The product's limits, so small that a run reaches them. Loaded before the product, which builds some of its statements from them once. */
import { LIMITS } from "@healthbridge/schema";
import { ROOM_LIMITS, THREAD_LIMITS } from "../../../server/src/realtime/documents/limits.ts";

const SMALL = {
  /** days for which sheets are made ahead: weeks of them behave as days do, and cost ten times as much to carry around */
  sheetDays: 8,
  /** lines that who joins a conversation is shown */
  messagesShown: 3,
  /** lines of a conversation that stay in the feeds, however old they are */
  messagesKept: 4,
} as const;

Object.assign(LIMITS, SMALL);
// Documents are put together after a few updates, in pieces, and the thread holds few of them.
Object.assign(ROOM_LIMITS, { snapshotUpdates: 5, pieceBytes: 100 });
Object.assign(THREAD_LIMITS, { readyDocuments: 5 });
