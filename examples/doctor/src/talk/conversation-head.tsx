import { IconButton } from "@healthbridge/example-design";
import type { EntityId } from "@healthbridge/schema/client";
import { useEntity } from "@healthbridge/client-sdk/react";
import { Archive, ArchiveRestore, ArrowLeft, Forward } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { CallButton } from "@healthbridge/example-design/calls";
import { timeOf } from "../day/dates.ts";
import { VisitBadge } from "../day/visit-words.tsx";
import { CompanyLine } from "../presence/company-line.tsx";
import type { CompanyHere } from "../presence/use-company.ts";
import { useDesk, useWords } from "../shared/desk-context.ts";
import { useTrying, whenSent } from "../shared/fail.ts";
import { usePatientName } from "../shared/names.ts";
import { useOneAtATime } from "../shared/one-at-a-time.ts";
import { goTo } from "../shared/use-place.ts";
import { HandOverDialog } from "./hand-over-dialog.tsx";

export interface ConversationHeadProps {
  readonly id: EntityId;
  readonly patient: EntityId | undefined;
  /** also where that waits to be sent */
  readonly closed: boolean;
  readonly company: CompanyHere;
}

/** Whose conversation it is and who is there; calling where there is a live line, handing over, closing. */
export function ConversationHead({ id, patient, closed, company }: ConversationHeadProps): VNode {
  const { calls, chat, line } = useDesk();
  const { t, day } = useWords();
  const tryTo = useTrying();
  const once = useOneAtATime();
  const name = usePatientName(patient);
  const appointment = useEntity("appointment", id);
  const begun = useEntity("conversation", id) !== undefined;
  const [handing, setHanding] = useState(false);
  return (
    <header class="talk-head">
      <span class="talk-back">
        <IconButton icon={ArrowLeft} label={t("allConversations")} onClick={() => goTo({ at: "talk" })} />
      </span>
      <div class="grow">
        <h2>{name}</h2>
        {appointment !== undefined && (
          <p class="small muted">
            {t("talkOf", { day: day(appointment.start), time: timeOf(appointment.start) })}{" "}
            <VisitBadge visit={appointment} />
          </p>
        )}
        <CompanyLine company={company.company} line={company.line} patient={patient} />
      </div>
      <span class="talk-actions">
        {company.line === "here" && <CallButton calls={calls} line={line} conversation={id} />}
        {!closed && <IconButton icon={Forward} label={t("handOver")} onClick={() => setHanding(true)} />}
        {begun && (
          <IconButton
            icon={closed ? ArchiveRestore : Archive}
            label={t(closed ? "reopen" : "close_")}
            onClick={() =>
              void once(() =>
                tryTo(
                  () => (closed ? chat.reopen(id) : chat.close(id)),
                  closed ? "reopenKept" : "closeKept",
                  whenSent,
                ),
              )
            }
          />
        )}
      </span>
      {handing && <HandOverDialog conversation={id} onClose={() => setHanding(false)} />}
    </header>
  );
}
