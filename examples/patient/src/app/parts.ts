import type { DataBudget } from "@healthbridge/client-sdk/web";
import { useObserved } from "@healthbridge/example-design/shell";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Additions } from "./additions.ts";
import type { Memories, Memory } from "./memory.ts";

/** What this app has open beside the SDK while somebody is in. */
export interface PatientParts {
  readonly memory: Memory;
  readonly additions: Additions;
  readonly budget: DataBudget;
}

export const PartsContext = createContext<PatientParts | undefined>(undefined);

export function useParts(): PatientParts {
  const parts = useContext(PartsContext);
  if (parts === undefined) throw new Error("There is no PartsContext around this component.");
  return parts;
}

/** What the app remembers of her searches. */
export function useMemories(): Memories {
  return useObserved(useParts().memory);
}
