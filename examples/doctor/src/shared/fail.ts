import { useToast } from "@healthbridge/example-design";
import { useCallback } from "preact/hooks";
import type { DoctorKey } from "../words/words.ts";
import { codeOf } from "./code-of.ts";
import { useWords } from "./desk-context.ts";

/** Does something that is kept on this device, and says plainly where it could not be: then nothing of it was. */
export function useTrying(): (work: () => Promise<unknown>, done?: DoctorKey) => Promise<boolean> {
  const say = useToast();
  const { t } = useWords();
  return useCallback(
    async (work, done) => {
      try {
        await work();
        if (done !== undefined) say({ text: t(done) });
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
