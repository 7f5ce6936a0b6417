/** Every bound of the bus. Times are milliseconds. */
export interface BusLimits {
  /** the longest message that is sent; a longer one is dropped, and what it tells is found in the database */
  readonly messageBytes: number;
  /** messages that the broker has not taken yet; beyond these what is published is dropped */
  readonly waitingMessages: number;
  readonly waitingBytes: number;
  /** to connect, greet and subscribe */
  readonly connectMs: number;
  /** how often it is asked whether it lives, and how long its answer may take: one that hangs is noticed after both */
  readonly askMs: number;
  readonly answerMs: number;
  /** before the first new try, and the most that doubling it comes to */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** a connection that held so long was a good one: the next pause is the first again */
  readonly settledMs: number;
}

export const BUS_LIMITS: BusLimits = {
  messageBytes: 65_536,
  waitingMessages: 1_000,
  waitingBytes: 1_048_576,
  connectMs: 3_000,
  askMs: 1_000,
  answerMs: 2_000,
  firstPauseMs: 100,
  longestPauseMs: 5_000,
  settledMs: 10_000,
};
