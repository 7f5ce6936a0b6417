import { createWords, type Words } from "./speech.ts";
import { en, type ShellKey } from "./texts/en.ts";

/** What the shell itself says. */
export const shellWords: Words<ShellKey> = createWords<ShellKey>(en, {
  sw: () => import("./texts/sw.ts").then(({ sw }) => sw),
  hi: () => import("./texts/hi.ts").then(({ hi }) => hi),
});
