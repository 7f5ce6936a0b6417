import { useShell, useSpeech, type Speech, type Shell } from "@healthbridge/example-design/shell";
import type { EntityId } from "@healthbridge/schema/client";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Desk } from "../desk.ts";
import { type DoctorKey, words } from "../words/words.ts";

export const DeskContext = createContext<Desk | undefined>(undefined);

/** Everything a screen of the desk works with. */
export interface AtDesk extends Shell, Desk {
  /** the doctor this account is */
  readonly doctor: EntityId;
}

export function useDesk(): AtDesk {
  const shell = useShell();
  const desk = useContext(DeskContext);
  const { doctor } = shell.account;
  if (desk === undefined || doctor === undefined)
    throw new Error("This screen is shown outside of a doctor's desk.");
  return { ...shell, ...desk, doctor };
}

/** The desk's texts. */
export function useWords(): Speech<DoctorKey> {
  return useSpeech(words);
}
