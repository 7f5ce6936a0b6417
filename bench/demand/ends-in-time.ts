import { systemTimers } from "../../server/src/adapters/timers.ts";

const LONGEST_MS = 30_000;

/** What is closed waits for those who still use it. Who never lets go is a bug to be told of, not to wait for. */
export async function endsInTime(what: string, ending: Promise<void>, why = () => ""): Promise<void> {
  const late = Promise.withResolvers<never>();
  const callOff = systemTimers.after(LONGEST_MS, () => {
    late.reject(new Error(`${what} has not ended within ${LONGEST_MS / 1000} s. ${why()}`));
  });
  try {
    await Promise.race([ending, late.promise]);
  } finally {
    callOff();
  }
}
