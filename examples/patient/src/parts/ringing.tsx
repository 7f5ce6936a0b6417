import { useShell, useObserved } from "@healthbridge/example-design/shell";
import type * as CallParts from "@healthbridge/example-design/calls";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useParts } from "../app/parts.ts";
import { hashOf } from "../logic/route.ts";
import { useWords } from "../words/words.ts";

/** The call with her doctor, over whatever screen is open. It is fetched once there is a line over which a call can come. */
export function Ringing(): VNode | null {
  const { hb } = useShell();
  const { t } = useWords();
  const calls = useObserved(useParts().additions.opened)?.calls;
  const [parts, setParts] = useState<typeof CallParts>();
  useEffect(() => {
    if (calls === undefined) return;
    import("@healthbridge/example-design/calls").then(setParts, () => undefined); // without a network nobody calls
  }, [calls]);
  if (calls === undefined || parts === undefined) return null;
  const nameOf = (id: string): string => {
    const { doctor } = hb.get("conversation", id) ?? hb.get("appointment", id) ?? {};
    return (doctor === undefined ? undefined : hb.get("doctor", doctor)?.name) ?? t("visit.doctor");
  };
  return (
    <parts.CallPanel calls={calls} nameOf={nameOf} hrefOf={(id) => hashOf({ screen: "conversation", id })} />
  );
}
