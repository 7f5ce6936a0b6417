import { useStatus } from "@healthbridge/client-sdk/react";
import { clinicAtServer } from "@healthbridge/client-sdk/schedule";
import { useShell, useTries } from "@healthbridge/example-design/shell";
import type { EntityId } from "@healthbridge/schema/client";
import { useEffect, useState } from "preact/hooks";
import { readTexts } from "./kept-texts.ts";

/** Where they are kept for when there is no network: what clinics are called stands in the directory, which anybody may read. */
const KEY = "healthbridge-clinic-names";

/**
 * What clinics are called, as far as it is known by now. A desk does not hold the directory, which of a country is some megabytes: it asks for its own clinics' names at each start, and
 * keeps them.
 */
export function useClinicNames(clinics: readonly EntityId[]): Readonly<Record<EntityId, string>> {
  const { hb, store, url } = useShell();
  const isOnline = useStatus(({ state }) => state === "online");
  const [names, setNames] = useState(() => readTexts(KEY));
  const [asked, setAsked] = useState<readonly EntityId[]>([]);
  const next = clinics.find((clinic) => !asked.includes(clinic));
  const tries = useTries(next, isOnline);
  useEffect(() => {
    if (tries === 0 || next === undefined) return;
    const ask = async (): Promise<void> => {
      const { name } = await clinicAtServer({ hb, store, url }, next);
      const known = { ...readTexts(KEY), [next]: name };
      setNames(known);
      setAsked((before) => [...before, next]);
      localStorage.setItem(KEY, JSON.stringify(known));
    };
    ask().catch(() => undefined); // asked again with a later exchange; where there was no room to keep it, at the next start
    // Another one is another try.
  }, [hb, store, url, tries]);
  return names;
}
