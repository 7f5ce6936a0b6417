import { useAppointments, useStatus } from "@healthbridge/client-sdk/react";
import { clinicAtServer } from "@healthbridge/client-sdk/schedule";
import { useShell } from "@healthbridge/example-design/shell";
import { isFinished } from "@healthbridge/schema/client";
import { useEffect } from "preact/hooks";
import { useMemories, useParts } from "./parts.ts";

/**
 * Sees to it that this phone knows the doctors of her appointments, their free times (an appointment can be moved without a network) and where they are: a phone that
 * does not hold the whole directory is sent none of it with an appointment.
 */
export function useKnownDoctors(): void {
  const { hb, store, url } = useShell();
  const { memory } = useParts();
  const { found } = useMemories();
  const isOnline = useStatus(({ state }) => state === "online");
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
  const unplaced = doctors.find(
    (id) => hb.get("doctor", id) !== undefined && !found.some((each) => each.doctor.id === id),
  );
  useEffect(() => {
    const doctor = unplaced === undefined ? undefined : hb.get("doctor", unplaced);
    if (!isOnline || doctor === undefined) return;
    clinicAtServer({ hb, store, url }, doctor.clinic).then(
      (clinic) => memory.noteFound([{ doctor, clinic }]),
      () => undefined, // her name is known; where she is comes with the next connection
    );
  }, [hb, store, url, memory, isOnline, unplaced]);
}
