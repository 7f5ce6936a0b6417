import { useNow } from "@healthbridge/client-sdk/react";
import { Button, Card, useToast } from "@healthbridge/example-design";
import { useShell } from "@healthbridge/example-design/shell";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useDoctor } from "../app/use-doctor.ts";
import { useForWhom } from "../app/use-for-whom.ts";
import type { AgendaLine } from "../logic/agenda.ts";
import { timeLeft } from "../logic/answer-by.ts";
import { useWords } from "../words/words.ts";
import { CertaintyBadge } from "./certainty-badge.tsx";

/** A time that is kept until she answers. */
export function OfferCard({ line }: { readonly line: AgendaLine }): VNode {
  const { hb } = useShell();
  const { t, day, time } = useWords();
  const say = useToast();
  const now = useNow();
  const { doctor, clinic } = useDoctor(line.doctor);
  const patient = useForWhom(line.patient);
  const [busy, setBusy] = useState(false);
  const until = line.appointment?.until;
  const left = until === undefined ? undefined : timeLeft(until, now);
  const wasOffered = line.certainty.key === "offered";
  const answer = async (yes: boolean): Promise<void> => {
    setBusy(true);
    const about = { appointment: line.id };
    try {
      if (yes) await hb.confirm(about, { lane: "urgent" });
      else if (wasOffered) await hb.decline(about, { lane: "urgent" });
      else await hb.cancel({ ...about, by: "patient" }, { lane: "urgent" });
    } catch {
      say({ text: t("book.failed"), trouble: true });
    }
    setBusy(false);
  };
  return (
    <Card title={t(wasOffered ? "offer.title" : "offer.held")} aside={<CertaintyBadge of={line.certainty} />}>
      <p>
        <span class="strong">
          {day(line.start, "long")}, {time(line.start)}
        </span>
        <br />
        {[doctor?.name, clinic?.name].filter(Boolean).join(", ")}
        {patient !== undefined && (
          <>
            <br />
            {patient}
          </>
        )}
      </p>
      {left !== undefined && <p class="muted">{t(`offer.left.${left.unit}`, { n: left.count })}</p>}
      <div class="row">
        <Button kind="primary" busy={busy} onClick={() => void answer(true)}>
          {t("offer.take")}
        </Button>
        <Button kind="plain" busy={busy} onClick={() => void answer(false)}>
          {t("offer.leave")}
        </Button>
      </div>
    </Card>
  );
}
