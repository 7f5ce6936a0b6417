import type { Enqueued } from "@healthbridge/client-sdk";
import { useToast } from "@healthbridge/example-design";
import type { Visit } from "../logic/day-grid.ts";
import { deedsOf } from "../logic/deeds.ts";
import { inTurn } from "../logic/in-turn.ts";
import { type Key, t } from "../words.ts";
import { reasonInWords } from "./reasons.ts";
import { codeOf, troubleInWords } from "./trouble.ts";
import { useCalled } from "./use-called.ts";
import { useDesk } from "./use-desk.ts";

/** What can be done at once, without another question. */
export type QuickDeed = "confirm" | "checkIn" | "call" | "complete" | "undoCheckIn" | "missed";

export interface Deeds {
  /** does it, and says in passing how certain it is; `false` where it could not be kept, which is said as well */
  readonly doIt: (deed: QuickDeed, visit: Visit) => Promise<boolean>;
  /**
   * Asks for something, waits until it is kept on this device, and says in passing how certain it is. One after another: `ask` finds in the queue what the tap before has put there, and
   * answers `undefined` where nothing is left to be asked for.
   */
  readonly keep: (
    ask: () => Promise<Enqueued> | undefined,
    done: Key,
    name: string,
  ) => Promise<Enqueued | undefined>;
}

/** What the desk does with appointments. */
export function useDeeds(nameOf: (patient: string) => string): Deeds {
  const { hb, now } = useDesk();
  const toast = useToast();
  const [, call] = useCalled();
  const tryToKeep = async (...[ask, done, name]: Parameters<Deeds["keep"]>) => {
    try {
      const kept = await inTurn(async () => ask());
      if (kept !== undefined) toast({ text: wordsFor(kept, done, name), until: () => kept.outcome() });
      return { kept };
    } catch (error) {
      toast({ text: troubleInWords(codeOf(error)), trouble: true });
      return undefined;
    }
  };
  return {
    keep: async (...asked) => (await tryToKeep(...asked))?.kept,
    doIt: async (deed, visit) => {
      const { id: appointment, patient, doctor } = visit;
      const name = nameOf(patient);
      if (deed === "call") {
        call(doctor, appointment);
        toast({ text: t("calledNow", { name }) });
        return true;
      }
      const work = {
        confirm: () => hb.confirm({ appointment }),
        checkIn: () => hb.checkIn({ appointment }),
        complete: () => hb.complete({ appointment }),
        undoCheckIn: () => hb.undoCheckIn({ appointment }),
        missed: () => hb.markMissed({ appointment }),
      }[deed];
      // Looked at anew: of two taps the second finds it done.
      const stands = (): boolean => {
        const present = hb.get("appointment", appointment);
        return present !== undefined && deedsOf(present, now, hb.waiting()).includes(deed);
      };
      return (await tryToKeep(() => (stands() ? work() : undefined), SAID[deed], name)) !== undefined;
    },
  };
}

const SAID = {
  confirm: "saidConfirmed",
  checkIn: "saidArrived",
  complete: "saidSeen",
  undoCheckIn: "saidUndone",
  missed: "saidMissed",
} as const;

/** Never "booked" before it is: what is foreseen, and that it waits. */
function wordsFor({ forecast, problem }: Enqueued, done: Key, name: string): string {
  if (forecast === "confirmed") return t("toastCertain", { what: t("saidBooked", { name }) });
  const what = t(done, { name });
  if (forecast === "rejected") return t("toastDoubtful", { what, why: reasonInWords(problem?.code) });
  return t("toastWaiting", { what });
}
