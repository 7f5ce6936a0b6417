/** Limits of a search for doctors nearby. Apart from the others, so that a phone carries them only where it searches. */
export const SEARCH_LIMITS = {
  /** doctors, the nearest that match, which are sorted by fee or next free time */
  searchCandidates: 1_000,
  /** kilometres a search reaches */
  searchKm: 500,
} as const;
