import { useShell } from "@healthbridge/example-design/shell";
import { listVaults } from "@healthbridge/client-sdk/vault";
import { useEffect, useState } from "preact/hooks";
import { t } from "../words.ts";
import type { OtherWorker } from "../logic/day-picture.ts";
import { othersAmong } from "../logic/other-workers.ts";

/** Those who work on this device beside whoever is in. Of what they did only is known how much waits: the rest is under their own PIN. */
export function useOtherWorkers(): readonly OtherWorker[] {
  const { label } = useShell();
  const [others, setOthers] = useState<readonly OtherWorker[]>([]);
  useEffect(() => {
    let gone = false;
    void listVaults().then((vaults) => {
      if (gone) return;
      setOthers(
        othersAmong(vaults, label).map((vault) => ({
          name: vault.label ?? t("somebodyElse"),
          waiting: vault.waiting ?? 0,
        })),
      );
    });
    return () => {
      gone = true;
    };
  }, [label]);
  return others;
}
