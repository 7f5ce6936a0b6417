/** Limits of the realtime socket that a device keeps too. */
export const REALTIME_LIMITS = {
  /** bytes of one frame as it is sent, either way but for answers */
  frameBytes: 65_536,
  /** ms without a word from the other side after which the line is dead */
  silenceMs: 30_000,
  /** bytes of changes in one answer */
  answerBytes: 32_768,
} as const;
