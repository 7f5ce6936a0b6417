import type { SyncStatus } from "@healthbridge/client-sdk";
import { CircleCheck, Clock, CloudOff, LoaderCircle, TriangleAlert } from "lucide";
import type { VNode } from "preact";
import type { Tone } from "../badge.tsx";
import { Icon, type IconNode } from "../icon.tsx";
import { useShell, useSpeech } from "./context.tsx";
import { shellWords } from "./own-words.ts";
import type { Speech } from "./speech.ts";
import type { ShellKey } from "./texts/en.ts";
import { useAllWaiting } from "./use-all-waiting.ts";
import { useObserved } from "./use-observed.ts";

/** What of a status is said. */
export type Told = Pick<SyncStatus, "state"> & { readonly waiting: Pick<SyncStatus["waiting"], "total"> };

/** The status in a few plain words, as `describeStatus` of the SDK says it in English. */
export function statusText(
  { state, waiting: { total: n } }: Told,
  { t }: Pick<Speech<ShellKey>, "t">,
): string {
  if (state === "sending") return n === 0 ? t("lookingForNews") : t("sending", { n });
  if (state === "online") return n === 0 ? t("allSent") : t("waiting", { n });
  return `${n === 0 ? t("nothingWaiting") : t("waiting", { n })}; ${t(ENDINGS[state])}`;
}

const ENDINGS = {
  offline: "noConnection",
  "needs-sign-in": "pleaseSignIn",
  "upgrade-needed": "pleaseUpdate",
} as const satisfies Readonly<Record<Exclude<Told["state"], "sending" | "online">, ShellKey>>;

/** How things stand with the server, always in sight. What changes is read out; while it is sending, not each number on the way down. */
export function StatusLine(): VNode {
  const { hb, safe } = useShell();
  const speech = useSpeech(shellWords);
  const device = useObserved(hb.status);
  const total = useAllWaiting(hb, safe);
  const status = { state: device.state, waiting: { total: total ?? 0 } };
  // Nothing is said before everything was counted.
  const [icon, tone] = total === undefined ? ([LoaderCircle, undefined] as const) : looksOf(status);
  return (
    <span class="status" data-tone={tone} data-state={status.state}>
      <Icon of={icon} class={status.state === "sending" ? "turning" : undefined} />
      <span role="status" aria-busy={status.state === "sending"}>
        {total === undefined ? "" : statusText(status, speech)}
      </span>
    </span>
  );
}

function looksOf({ state, waiting: { total } }: Told): readonly [icon: IconNode, tone: Tone | undefined] {
  if (state === "sending") return [LoaderCircle, undefined];
  if (state === "needs-sign-in" || state === "upgrade-needed") return [TriangleAlert, "trouble"];
  if (state === "offline") return [CloudOff, total > 0 ? "waiting" : undefined];
  return total > 0 ? [Clock, "waiting"] : [CircleCheck, "sure"];
}
