import { HealthBridge } from "@healthbridge/client-sdk";
import { useAccount, useHealthBridge, useList, useNow } from "@healthbridge/client-sdk/react";
import type { Account, Doctor, EntityId } from "@healthbridge/schema/client";
import { useEffect, useMemo } from "preact/hooks";
import { dateIn } from "../logic/wall.ts";

/** Where and for whom the worker at this device works. */
export interface Desk {
  readonly hb: HealthBridge;
  readonly account: Account | undefined;
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
  const found = useList("doctor", ({ clinic }) => clinics.includes(clinic));
  const doctors = useMemo(
    () => found.toSorted((left, right) => left.name.localeCompare(right.name)),
    [found],
  );
  const [sheet] = useList("sheet", ({ id }) => doctors.some((doctor) => id.startsWith(doctor.id)));
  const zone = sheet?.zone ?? ownZone();
  return { hb, account, clinic: clinics[0], doctors, zone, today: dateIn(zone, now), now };
}

const NONE: readonly EntityId[] = [];

function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Has this device hold the calendars of the clinic's doctors: without them nothing can be foreseen when the network is gone. */
export function useCalendars({ hb, doctors }: Desk): void {
  const feeds = doctors.map(({ id }) => `calendar:${id}`).join(" ");
  useEffect(() => {
    if (feeds !== "") void hb.follow(...feeds.split(" "));
  }, [hb, feeds]);
}
