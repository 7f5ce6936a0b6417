import { createWords, type Words } from "@healthbridge/example-design/shell";
import { type DoctorKey, en } from "./en.ts";

export type { DoctorKey } from "./en.ts";

/** What the desk says. It speaks English so far; another language is another catalogue with the same keys. */
export const words: Words<DoctorKey> = createWords<DoctorKey>(en, {
  sw: () => Promise.resolve(en),
  hi: () => Promise.resolve(en),
});
