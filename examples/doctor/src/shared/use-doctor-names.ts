import { useList, useObservable } from "@healthbridge/client-sdk/react";
import { doctorAtServer } from "@healthbridge/client-sdk/schedule";
import type { Doctor, EntityId } from "@healthbridge/schema/client";
import { useEffect, useState } from "preact/hooks";
import { useDesk } from "./desk-context.ts";

/** Names of doctors: of those whom this desk holds, and of others what the server says; none of whom it has not answered yet. */
export function useDoctorNames(doctors: readonly EntityId[]): ReadonlyMap<EntityId, string> {
  const { hb, store, url, line } = useDesk();
  const live = useObservable(line.state);
  const [asked, setAsked] = useState<readonly Doctor[]>([]);
  const names = new Map([...asked, ...useList("doctor")].map(({ id, name }) => [id, name]));
  const unknown = doctors.find((id) => !names.has(id));
  useEffect(() => {
    if (unknown === undefined) return;
    doctorAtServer({ hb, store, url }, unknown).then(
      (doctor) => setAsked((before) => [...before, doctor]),
      () => undefined, // asked again when there is a line
    );
  }, [hb, store, url, unknown, live]);
  return names;
}
