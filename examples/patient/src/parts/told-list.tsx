import { useList, useOutcomes } from "@healthbridge/client-sdk/react";
import { Banner, Button } from "@healthbridge/example-design";
import { useLanguage, useShell } from "@healthbridge/example-design/shell";
import type { EntityId, Start } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { type Describing, useDescribe } from "../app/use-describe.ts";
import { hashOf } from "../logic/route.ts";
import { inWords, type Told, toTell } from "../logic/told.ts";
import { dayAndTime } from "../words/sayings.ts";
import { useWords } from "../words/words.ts";

/** What became of what she asked for, until she has seen it. */
export function ToldList(): VNode | null {
  const { t } = useWords();
  const { outcomes, acknowledge } = useOutcomes();
  const { shown, quiet } = toTell(outcomes);
  const silent = quiet.join(" ");
  useEffect(() => {
    if (silent !== "") void acknowledge(...silent.split(" ")).catch(() => undefined); // listed again, and tried again
  }, [acknowledge, silent]);
  const words = useDescribe(shown.length > 0);
  if (shown.length === 0) return null;
  return (
    <section class="stack tight" aria-label={t("home.told")}>
      {shown.toReversed().map((told) => (
        <ToldBanner key={told.id} told={told} words={words} onSeen={() => void acknowledge(told.id)} />
      ))}
    </section>
  );
}

interface ToldBannerProps {
  readonly told: Told;
  readonly words: Describing;
  readonly onSeen: () => void;
}

function ToldBanner({ told, words, onSeen }: ToldBannerProps): VNode {
  const { hb } = useShell();
  const { language } = useLanguage();
  const speech = useWords();
  const { t } = speech;
  const { outcome, done, appointment, patient: asked, instead } = told;
  const about = appointment === undefined ? undefined : hb.get("appointment", appointment);
  const patient = asked ?? about?.patient;
  const family = useList("patient");
  const whose = family.length > 1 ? family.find(({ id }) => id === patient)?.name : undefined;
  const name = outcome.input["name"];
  const plain = typeof name === "string" ? t("home.notSaved", { name }) : t("home.savedNot");
  const { describe, failed, again } = words;
  const text =
    describe === undefined
      ? t(failed ? "app.failed" : "app.loading")
      : (describe(inWords(told), language, about?.start) ?? plain);
  const asAsked = done && outcome.output === undefined;
  const isSaid = describe !== undefined;
  return (
    <Banner
      tone={!isSaid ? "info" : !done ? "trouble" : asAsked ? "sure" : "info"}
      urgent={false}
      actions={
        <div class="row">
          {appointment !== undefined && (
            <a class="button" href={hashOf({ screen: "appointment", id: appointment })}>
              {t("home.see")}
            </a>
          )}
          {isSaid && <Button onClick={onSeen}>{t("app.understood")}</Button>}
          {failed && <Button onClick={again}>{t("app.again")}</Button>}
        </div>
      }
    >
      {whose !== undefined && <p class="strong">{whose}</p>}
      <p>{text}</p>
      {instead.length > 0 && <Instead doctor={outcome.input["doctor"]} patient={patient} starts={instead} />}
    </Banner>
  );
}

interface InsteadProps {
  readonly doctor: unknown;
  readonly patient: EntityId | undefined;
  readonly starts: readonly Start[];
}

/** Times that could be had when it was decided; each leads to a request for it. */
function Instead({ doctor, patient, starts }: InsteadProps): VNode | null {
  const speech = useWords();
  if (typeof doctor !== "string") return null;
  return (
    <div class="row instead">
      <span>{speech.t("home.instead")}</span>
      {starts.map((start) => (
        <a
          key={start}
          class="button"
          data-kind="plain"
          href={hashOf({ screen: "book", doctor, start, patient })}
        >
          {dayAndTime(speech, start)}
        </a>
      ))}
    </div>
  );
}
