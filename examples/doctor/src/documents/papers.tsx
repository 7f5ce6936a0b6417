import { Busy, Tabs } from "@healthbridge/example-design";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useDesk, useWords } from "../shared/desk-context.ts";
import { INTAKE, NOTES } from "./intake-fields.ts";
import { Paper } from "./paper.tsx";
import { PapersFailed } from "./papers-failed.tsx";
import { useFetched } from "./use-fetched.ts";

type Kind = "intake" | "notes";

/** What is written down of a consultation: what the patient said before it, and what the doctor found. */
export function Papers({ conversation }: { readonly conversation: EntityId }): VNode {
  const { documents: load } = useDesk();
  const { t } = useWords();
  const [kind, setKind] = useState<Kind>("intake");
  const { it: documents, failed, again } = useFetched(load);
  /** counts up when a paper is to be opened anew */
  const [round, setRound] = useState(0);
  return (
    <Tabs
      label={t("papers")}
      value={kind}
      onValue={setKind}
      tabs={[
        { value: "intake", label: t("paperIntake") },
        { value: "notes", label: t("paperNotes") },
      ]}
    >
      {failed && <PapersFailed onAgain={again} />}
      {documents === undefined && !failed && <Busy label={t("papersOpening")} />}
      {documents !== undefined && (
        <Paper
          key={`${kind} ${round}`}
          documents={documents}
          conversation={conversation}
          kind={kind}
          lead={t(kind === "intake" ? "intakeLead" : "notesLead")}
          texts={kind === "intake" ? INTAKE : NOTES}
          onClosed={() => setRound((before) => before + 1)}
        />
      )}
    </Tabs>
  );
}
