/** The stores that apps keep beside a person's own: photos and voice notes; what an app remembers for her; what she has begun to write. */
export const BESIDE = ["files", "memory", "drafts"] as const;
export type Beside = (typeof BESIDE)[number];
