import { useNow, useStatus } from "@healthbridge/client-sdk/react";
import { searchDoctorsAtServer } from "@healthbridge/client-sdk/schedule";
import { useShell, useTries } from "@healthbridge/example-design/shell";
import { useEffect, useState } from "preact/hooks";
import { asNear, type Filters, type NearDoctor, type Place, searchHere, searchOf } from "../logic/near.ts";
import { useMemories, useParts } from "./parts.ts";

/** Doctors near a place, and where they are known from. */
export interface Near {
  readonly doctors: readonly NearDoctor[];
  /** `looking`: the server is being asked; meanwhile what this phone remembers is shown */
  readonly from: "looking" | "server" | "phone";
}

/** Of so many of the doctors found first the free times are fetched at once: one of them can then be booked without a network. */
const FETCH_AT_ONCE = 5;

/** Finds doctors near a place: at the server, and where that cannot be reached among those this phone remembers. */
export function useNear(place: Place | undefined, filters: Filters): Near {
  const { hb, store, url } = useShell();
  const { memory, budget } = useParts();
  const { found } = useMemories();
  const now = useNow();
  const asked = JSON.stringify([place, filters]);
  const [answer, setAnswer] = useState<{
    readonly asked: string;
    readonly doctors: readonly NearDoctor[] | undefined;
  }>();
  const isCurrent = answer?.asked === asked;
  const isOnline = useStatus(({ state }) => state === "online");
  const tries = useTries(isCurrent && answer.doctors === undefined ? asked : undefined, isOnline);
  useEffect(() => {
    if (place === undefined) return undefined;
    let over = false;
    const note = (doctors: readonly NearDoctor[] | undefined): void => {
      if (!over) setAnswer({ asked, doctors });
    };
    searchDoctorsAtServer({ hb, store, url }, searchOf(place, filters)).then(
      (items) => {
        const doctors = items.map(asNear);
        memory.noteFound(doctors);
        if (!memory.get().saver && !budget.state.get().saveData) follow(doctors);
        note(doctors);
      },
      () => note(undefined),
    );
    function follow(doctors: readonly NearDoctor[]): void {
      const wanted = doctors.slice(0, FETCH_AT_ONCE).map(({ doctor }) => doctor.id);
      const former = memory.noteFollowed(wanted);
      const feeds = (ids: readonly string[]) => ids.map((id) => `calendar:${id}`);
      void hb
        .follow(...feeds(wanted))
        .then(() => hb.unfollow(...feeds(former)))
        .catch(() => undefined); // what is not followed now is when she opens it
    }
    return () => {
      over = true;
    };
    // What was asked says all of place and filters.
  }, [hb, store, url, memory, budget, asked, tries]);
  if (place === undefined) return { doctors: [], from: "phone" };
  if (isCurrent && answer.doctors !== undefined) return { doctors: answer.doctors, from: "server" };
  const doctors = searchHere(hb, found, { ...searchOf(place, filters), now });
  return { doctors, from: isCurrent ? "phone" : "looking" };
}
