import type { HealthBridge, Outcome } from "@healthbridge/client-sdk";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Badge, Banner, type Tone } from "../badge.tsx";
import { Button } from "../button.tsx";
import { useLanguage, useShell, useSpeech } from "./context.tsx";
import { shellWords } from "./own-words.ts";
import type { Language } from "./speech.ts";

export interface OutcomesProps {
  /** which are looked at; left out: all. The others are left to whoever deals with them: chat shows by itself what became of a line, and says when it is done with it */
  readonly about?: ((outcome: Outcome) => boolean) | undefined;
  /**
   * What an outcome is in this app's own words; left out or `undefined`: the words of the SDK for patients, and for what patients are not told of a line on what was
   * refused and why
   */
  readonly tell?: ((outcome: Outcome) => string | undefined) | undefined;
  /** what may be passed over without a word when it was done as asked; default: everything that has no words of its own */
  readonly skip?: ((outcome: Outcome) => boolean) | undefined;
}

/** What became of what was asked for, newest first, each until somebody has seen it. Nothing where there is nothing to tell. */
export function Outcomes({ about, tell, skip }: OutcomesProps): VNode | null {
  const { hb } = useShell();
  const { t } = useSpeech(shellWords);
  const told = useTold(hb, useLanguage().language, { about, tell, skip });
  const [gone, setGone] = useState<readonly string[]>([]);
  const shown = told.filter(({ outcome }) => !gone.includes(outcome.id));
  if (shown.length === 0) return null;
  return (
    <section class="stack tight" aria-label={t("becameOfIt")}>
      {shown.map(({ outcome, text }) => (
        <Banner
          key={outcome.id}
          tone={toneOf(outcome)}
          actions={
            <Button
              onClick={() => {
                setGone([...gone, outcome.id]);
                void hb.acknowledge([outcome.id]);
              }}
            >
              {t("understood")}
            </Button>
          }
        >
          {text}
        </Banner>
      ))}
    </section>
  );
}

interface Told {
  readonly outcome: Outcome;
  readonly text: string;
}

/** Outcomes nobody has seen yet, in words. Those that need none are done with at once. */
function useTold(
  hb: HealthBridge,
  language: Language,
  { about, tell, skip }: OutcomesProps,
): readonly Told[] {
  const { t } = useSpeech(shellWords);
  const [told, setTold] = useState<readonly Told[]>([]);
  useEffect(() => {
    let over = false;
    const look = async (): Promise<void> => {
      const outcomes = (await hb.outcomes()).filter((each) => about?.(each) !== false);
      if (outcomes.length === 0) {
        if (!over) setTold([]);
        return;
      }
      // Without a network the words may not be here yet: what was refused is told all the same, and the rest with the next look.
      const sdk = await import("@healthbridge/client-sdk/words").catch(() => undefined);
      const found: Told[] = [];
      const silent: string[] = [];
      for (const outcome of outcomes) {
        const words = tell?.(outcome) ?? sdk?.describeOutcome(outcome, language);
        const { status, problem } = outcome;
        const refused =
          status === "rejected"
            ? t("notDone", { what: sdk?.describeReason(problem?.code ?? "other", language) ?? "" })
            : undefined;
        const text = words ?? refused;
        if (text === undefined && sdk === undefined) continue;
        if (text === undefined || (status === "applied" && skip?.(outcome) === true)) silent.push(outcome.id);
        else found.push({ outcome, text });
      }
      if (silent.length > 0) await hb.acknowledge(silent);
      if (!over) setTold(found.toReversed());
    };
    const lookAgain = (): void => void look().catch(() => undefined); // the store is closing: nothing is shown any more
    lookAgain();
    const stop = hb.on("outcome", lookAgain);
    return () => {
      over = true;
      stop();
    };
  }, [hb, language, about, tell, skip]);
  return told;
}

function toneOf({ status, output }: Outcome): Tone {
  if (status === "rejected") return "trouble";
  return output === undefined ? "sure" : "info";
}

/** A badge for something that may still wait: an appointment, a message, a patient. */
export function WaitingBadge({ confirmed = false }: { readonly confirmed?: boolean | undefined }): VNode {
  const { t } = useSpeech(shellWords);
  return <Badge tone={confirmed ? "sure" : "waiting"}>{t(confirmed ? "certainHere" : "toBeSent")}</Badge>;
}
