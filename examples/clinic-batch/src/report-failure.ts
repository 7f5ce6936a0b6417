import { HealthBridgeError } from "@healthbridge/client-sdk";
import { CommanderError } from "commander";
import { INTERRUPTED } from "./commands/report-intake.ts";
import { SIGN_IN_NEEDED } from "./commands/sync.ts";
import { PlainError } from "./plain-error.ts";
import { Fault } from "./rows/fault.ts";
import type { Terminal } from "./terminal.ts";
import { fileTrouble, storeErrorOf } from "./trouble.ts";

/** A fault of the program itself, as `sysexits.h` counts it. */
const BROKEN = 70;

/** Says in plain words what ended a command; answers its exit code. */
export function reportFailure(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode; // its text was written already
  if (terminal.signal.aborted) {
    terminal.warn("Stopped. Nothing is lost.");
    return INTERRUPTED;
  }
  if (error instanceof PlainError) {
    terminal.warn(error.message);
    return error.exitCode;
  }
  if (error instanceof Fault) {
    terminal.warn(`${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`);
    return 1;
  }
  // In another window: nothing is queued in somebody else's name.
  if (error instanceof HealthBridgeError && error.code === "not_signed_in") {
    terminal.warn(
      "Somebody has signed out on this computer meanwhile. What was taken is kept; sign in and run the same command again.",
    );
    return SIGN_IN_NEEDED;
  }
  const store = storeErrorOf(error);
  const trouble =
    fileTrouble(store?.cause ?? error) ??
    (store && `This computer could not keep or read its requests. ${store.message}`);
  if (trouble !== undefined) {
    terminal.warn(trouble);
    return 1;
  }
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.warn(`Something broke that should not. What was taken is kept.\n${told}`);
  return BROKEN;
}
