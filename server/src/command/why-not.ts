import { Refused } from "../accounts/refused.ts";
import { WrongInstant } from "../backup/instant.ts";
import { ConfigError } from "../config/config.ts";
import { DatabaseError } from "../database/database-error.ts";
import { LocalServerError } from "../database/local/local-server-error.ts";
import { MigrationError } from "../database/migrate.ts";
import { WrongDatabase } from "../demo/demo-mark.ts";
import { CommandError } from "./command-error.ts";

/** Why a start failed, in words; anything unforeseen is told in full, because nobody's data is in play yet. */
export function whyNot(error: unknown): string {
  if (error instanceof ConfigError)
    return `These settings cannot be used:\n${error.message}\n--help explains each of them.`;
  if (error instanceof Refused) {
    const { code, path, reasons } = error.problem;
    return `It was refused: ${code} ${path ?? ""} ${(reasons ?? []).map(({ detail }) => detail).join(", ")}`.trim();
  }
  const told =
    error instanceof CommandError ||
    error instanceof DatabaseError ||
    error instanceof LocalServerError ||
    error instanceof MigrationError ||
    error instanceof WrongDatabase ||
    error instanceof WrongInstant;
  if (told) return error.message;
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return "The port is taken by another program; PORT=0 takes a free one.";
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return "HOST is not an address of this machine.";
  if (typeof code === "string" && code.startsWith("ERR_PARSE_ARGS")) return `${error.message}\nSee --help.`;
  return error.stack ?? error.message;
}

/** What broke while people's data are in play: the kind of error and the place, never its text, which may quote what a person wrote. */
export function whatBroke(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const [place = ""] = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return `${error.name} ${place.trim()}`;
}
