import { useAppointments, useNow, useWaiting } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import { type Agenda, agendaOf, type AgendaLine } from "../logic/agenda.ts";

/** What a family has before it and behind it. */
export function useAgenda(): Agenda {
  return agendaOf(useAppointments(), useWaiting(), useNow());
}

/** One line of it. */
export function useAgendaLine(id: EntityId): AgendaLine | undefined {
  const { asked, ahead, past } = useAgenda();
  return [...asked, ...ahead, ...past].find((line) => line.id === id);
}
