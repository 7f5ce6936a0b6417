/** Time as the server's own machine sees it. What decides anything about bookings is the database's clock, not this. */
export interface Clock {
  /** milliseconds since 1970 (UTC) */
  now(): number;
  /** milliseconds from an arbitrary start, never going back: for durations */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
