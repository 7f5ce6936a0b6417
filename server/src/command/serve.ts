import { systemClock } from "../adapters/clock.ts";
import { whatBroke } from "./why-not.ts";

/** Something that runs until it is closed. */
interface Closable {
  close(): Promise<void>;
}

export interface Told {
  readonly say: (line: string) => void;
  /** for what should not have happened */
  readonly complain: (line: string) => void;
}

/** One Ctrl-C at `npm start` comes twice: from the terminal, and passed on by npm. What comes so soon after the first (ms) is the same. */
const SAME_SIGNAL_MS = 500;

/**
 * Starts something and keeps it until a signal. The first one stops it: while it starts, what was started so far; later, once what runs has finished. The second ends at once. Once it
 * was started it ends the process itself, with the exit code.
 *
 * @throws what `start` throws
 */
export async function serveUntilStopped(
  { say, complain }: Told,
  start: (signal: AbortSignal) => Promise<Closable>,
): Promise<void> {
  const starting = new AbortController();
  const running: { server?: Closable } = {};
  let stoppingSince: number | undefined;
  const end = async (closing: Promise<void>, code: number): Promise<void> => {
    await closing.catch((error: unknown) => {
      complain(`Not everything could be closed: ${whatBroke(error)}.`);
    });
    say("Stopped.");
    process.exit(code);
  };
  const stop = async (code: number): Promise<void> => {
    if (stoppingSince !== undefined) {
      if (systemClock.monotonic() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppingSince = systemClock.monotonic();
    say("Stopping: finishing what runs. Once more ends it at once.");
    if (running.server === undefined) starting.abort();
    else await end(running.server.close(), code);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(0));
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      complain(`Something broke that should not: ${whatBroke(error)}. Stopping.`);
      void stop(1);
    });
  }
  try {
    running.server = await start(starting.signal);
  } catch (error) {
    if (!starting.signal.aborted) throw error;
    await end(Promise.resolve(), 0);
  }
  if (starting.signal.aborted && running.server !== undefined) await end(running.server.close(), 0);
}
