import { useAppointments, useList, useStatus } from "@healthbridge/client-sdk/react";
import { clinicAtServer, doctorAtServer } from "@healthbridge/client-sdk/schedule";
import { useShell, useTries } from "@healthbridge/example-design/shell";
import { type EntityId, isFinished } from "@healthbridge/schema/client";
import { useEffect } from "preact/hooks";
import { useMemories, useParts } from "./parts.ts";

/**
 * Sees to it that this phone knows the doctors of her appointments, their free times (an appointment can be moved without a network) and where they are: a phone that
 * does not hold the whole directory is sent none of it with an appointment. Of who else has written to her, or answers her, the name is enough.
 */
export function useKnownDoctors(): void {
  const { hb } = useShell();
  const { memory } = useParts();
  const doctors = [
    ...new Set(
      useAppointments()
        .filter((each) => !isFinished(each))
        .map(({ doctor }) => doctor),
    ),
  ];
  const ids = doctors.join(" ");
  useEffect(() => {
    if (ids === "") return;
    const wanted = ids.split(" ");
    memory.noteFollowed(wanted);
    void hb.follow(...wanted.map((id) => `calendar:${id}`)).catch(() => undefined); // tried again at the next start
  }, [hb, memory, ids]);
  const answer = useList("conversation").map(({ doctor }) => doctor);
  const wrote = useList("message").flatMap(({ doctor }) => doctor ?? []);
  // The calendar brings the card.
  const awaited = new Set(doctors.filter((id) => hb.get("doctor", id) === undefined));
  useFound([...doctors, ...answer, ...wrote].filter((id) => !awaited.has(id)));
}

/** So many at most, half of what is remembered: with more, one would push out another, which would be asked for again, without end. */
const MOST = 60;

/** Remembers doctors by name and place, one after another: whom this phone does not know it asks the server for. */
function useFound(doctors: readonly EntityId[]): void {
  const { hb, store, url } = useShell();
  const { memory } = useParts();
  const { found } = useMemories();
  const isOnline = useStatus(({ state }) => state === "online");
  const known = new Set(found.map(({ doctor }) => doctor.id));
  const unknown = doctors.slice(0, MOST).find((id) => !known.has(id));
  const tries = useTries(unknown, isOnline);
  useEffect(() => {
    if (tries === 0 || unknown === undefined) return;
    const device = { hb, store, url };
    const find = async (): Promise<void> => {
      const doctor = hb.get("doctor", unknown) ?? (await doctorAtServer(device, unknown));
      memory.noteFound([{ doctor, clinic: await clinicAtServer(device, doctor.clinic) }]);
    };
    find().catch(() => undefined); // comes with a later connection
    // Another one is another try.
  }, [hb, store, url, memory, tries]);
}
