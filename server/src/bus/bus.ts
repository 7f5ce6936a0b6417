/** What became of messages since the process began. */
export interface BusCounts {
  /** handed to the broker */
  readonly sent: number;
  /** not sent: the bus was away or too slow, or the message too large */
  readonly dropped: number;
  /** heard from other nodes */
  readonly heard: number;
  /** heard, and not from a node that holds our keys */
  readonly refused: number;
}

/**
 * What the nodes (server processes over one database) tell each other at once: that a feed moved, who is writing, that a document has an update. It promises nothing: a message can
 * be lost, come twice or late. What is true stands in the database, and whoever listens here looks there now and then as well.
 */
export interface Bus {
  /** Whether messages go through just now, as far as is known. */
  readonly isUp: boolean;
  /** Tells the other nodes, not this one. Never throws, never waits, keeps nothing for later. */
  publish(topic: string, text: string): void;
  /** Hears what other nodes publish. The function returned ends it. */
  subscribe(topic: string, listener: (text: string) => void): () => void;
  /** Calls `listener` whenever the bus is there again: what was told meanwhile was not heard. The function returned ends it. */
  whenBack(listener: () => void): () => void;
  counts(): BusCounts;
  close(): Promise<void>;
}
