import type { SyncStatus } from "@healthbridge/client-sdk";
import { useAppointments, useNow, useStatus, useWaiting } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import { type Agenda, agendaOf, type AgendaLine } from "../logic/agenda.ts";

/** The server ends what is over within a minute, and a phone that is online hears of it with its next look. */
const LATELY_MS = 300_000;

/** What a family has before it and behind it. */
export function useAgenda(): Agenda {
  const now = useNow();
  const heard = useStatus(lastHeard);
  return agendaOf(useAppointments(), useWaiting(), { now, heardLately: now - heard < LATELY_MS });
}

/** By the clock that `useNow` shows: it is noted by the device's. */
function lastHeard({ lastSuccess = -Infinity, ahead }: SyncStatus): number {
  return lastSuccess + ahead;
}

/** One line of it. */
export function useAgendaLine(id: EntityId): AgendaLine | undefined {
  const { asked, ahead, past } = useAgenda();
  return [...asked, ...ahead, ...past].find((line) => line.id === id);
}
