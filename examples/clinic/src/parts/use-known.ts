import { useList } from "@healthbridge/client-sdk/react";
import type { Known } from "./operation-words.ts";
import { useDesk } from "./use-desk.ts";

/** Names and times that operations speak of, as far as this device holds them. */
export function useKnown(): Known {
  const { hb } = useDesk();
  // What they say changes with what is held: the lists are there to be heard of.
  useList("patient");
  useList("appointment");
  return {
    patientName: (id) => hb.get("patient", id)?.name,
    doctor: (id) => hb.get("doctor", id),
    visit: (id) => hb.get("appointment", id),
  };
}
