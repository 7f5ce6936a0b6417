import { HealthBridge } from "@healthbridge/client-sdk";
import { useAccount, useHealthBridge, useList, useNow } from "@healthbridge/client-sdk/react";
import type { Account, Doctor, EntityId } from "@healthbridge/schema/client";
import { useEffect, useMemo } from "preact/hooks";
import { ownClinic } from "../logic/own-clinic.ts";
import { dateIn } from "../logic/wall.ts";
import { useChosenClinic } from "./use-chosen-clinic.ts";

/** Where and for whom the worker at this device works. */
export interface Desk {
  readonly hb: HealthBridge;
  readonly account: Account | undefined;
  /** those she works for */
  readonly clinics: readonly EntityId[];
  /** the clinic whose desk this is; `undefined` until somebody has signed in */
  readonly clinic: EntityId | undefined;
  /** its doctors, by name */
  readonly doctors: readonly Doctor[];
  /** of its wall */
  readonly zone: string;
  /** the date on its wall */
  readonly today: string;
  /** ms since 1970, a new one each minute */
  readonly now: number;
}

/** The desk of the account that is signed in. Until a sheet has come the device's own zone stands in for the clinic's. */
export function useDesk(): Desk {
  const hb = useHealthBridge(HealthBridge);
  const account = useAccount();
  const now = useNow();
  const clinics = account?.clinics ?? NONE;
  const clinic = ownClinic(clinics, useChosenClinic());
  const found = useList("doctor", (each) => each.clinic === clinic);
  const doctors = useMemo(
    () => found.toSorted((left, right) => left.name.localeCompare(right.name)),
    [found],
  );
  const [sheet] = useList("sheet", ({ id }) => doctors.some((doctor) => id.startsWith(doctor.id)));
  const zone = sheet?.zone ?? ownZone();
  return { hb, account, clinics, clinic, doctors, zone, today: dateIn(zone, now), now };
}

const NONE: readonly EntityId[] = [];

function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Has this device hold the calendars of her clinics' doctors: without them nothing can be foreseen when the network is gone. */
export function useCalendars({ hb, clinics }: Desk): void {
  const doctors = useList("doctor", ({ clinic }) => clinics.includes(clinic));
  const feeds = doctors.map(({ id }) => `calendar:${id}`).join(" ");
  useEffect(() => {
    if (feeds !== "") void hb.follow(...feeds.split(" "));
  }, [hb, feeds]);
}
