import type { Enqueued } from "@healthbridge/client-sdk";
import { useToast } from "@healthbridge/example-design";
import { useCallback } from "preact/hooks";
import type { DoctorKey } from "../words/words.ts";
import { codeOf } from "./code-of.ts";
import { useWords } from "./desk-context.ts";

/**
 * @param done what is said in passing when it is kept
 * @param sent of what waits then: until when that is said at most
 */
type TryTo = <T>(
  work: () => Promise<T>,
  done?: DoctorKey,
  sent?: (kept: T) => Promise<unknown>,
) => Promise<boolean>;

/** When an operation that was kept waits no longer. */
export const whenSent = (kept: Enqueued): Promise<unknown> => kept.outcome();

/** Does something that is kept on this device, and says plainly where it could not be: then nothing of it was. */
export function useTrying(): TryTo {
  const say = useToast();
  const { t } = useWords();
  return useCallback<TryTo>(
    async (work, done, sent) => {
      try {
        const kept = await work();
        if (done !== undefined) say({ text: t(done), until: sent && (() => sent(kept)) });
        return true;
      } catch (error) {
        say({ text: t(failureOf(error)), trouble: true });
        return false;
      }
    },
    [say, t],
  );
}

const FAILURES: Readonly<Record<string, DoctorKey>> = {
  store_full: "failedFull",
  offline: "failedOffline",
  attachment_unfit: "failedUnfit",
  too_large: "failedLarge",
};

function failureOf(error: unknown): DoctorKey {
  return FAILURES[codeOf(error) ?? ""] ?? "failed";
}
