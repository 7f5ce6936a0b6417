import { useCallback } from "preact/hooks";
import { useDesk } from "../shared/desk-context.ts";
import { useTrying } from "../shared/fail.ts";
import { useOneAtATime } from "../shared/one-at-a-time.ts";
import type { Visit } from "./agenda.ts";
import type { VisitAction } from "./visit.ts";

/** Does what needs no further question. Each is kept on this device at once, and sent when there is a network. */
export function useVisitAction(): (visit: Visit, action: Exclude<VisitAction, "move" | "cancel">) => void {
  const { hb } = useDesk();
  const tryTo = useTrying();
  const once = useOneAtATime();
  return useCallback(
    ({ id: appointment }, action) => {
      const work = {
        confirm: () => hb.confirm({ appointment }),
        checkIn: () => hb.checkIn({ appointment }),
        undoCheckIn: () => hb.undoCheckIn({ appointment }),
        complete: () => hb.complete({ appointment }),
        missed: () => hb.markMissed({ appointment }),
      }[action];
      void once(() => tryTo(work));
    },
    [hb, tryTo, once],
  );
}
