/** The stores that apps keep beside a person's own: photos and voice notes; what an app remembers for her. */
export const BESIDE = ["files", "memory"] as const;
export type Beside = (typeof BESIDE)[number];
