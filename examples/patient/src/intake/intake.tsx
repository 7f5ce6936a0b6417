import { useDocument, useDocumentValue, useEntity } from "@healthbridge/client-sdk/react";
import type { Documents, DocumentStatus, SharedDocument } from "@healthbridge/client-sdk/documents";
import { Badge, Banner, Busy, Button, Card, ChoiceField, TextField } from "@healthbridge/example-design";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useCallback, useState } from "preact/hooks";
import type { Doc } from "yjs";
import type { Additions } from "../app/additions.ts";
import { useAddition } from "../app/use-addition.ts";
import { useAgendaLine } from "../app/use-agenda.ts";
import { AboutVisit } from "../parts/about-visit.tsx";
import { NotHere } from "../parts/not-here.tsx";
import type { Key } from "../words/en.ts";
import { useWords } from "../words/words.ts";
import { writeText } from "./shared-text.ts";
import { standingOf } from "./standing.ts";

const openDocuments = (additions: Additions) => additions.documents();

/** What is asked: each is a shared text of the document, by this name. */
const QUESTIONS = ["complaint", "since", "medicines", "allergies", "illnesses", "questions"] as const;
type Question = (typeof QUESTIONS)[number];
const ANSWERS = ["yes", "no", "unsure"] as const;

/** The questions before a visit: kept as she writes, network or not, and read by the doctor. */
export function IntakeScreen({ id }: { readonly id: EntityId }): VNode {
  const { t } = useWords();
  const documents = useAddition(openDocuments);
  if (documents.state === "opening") return <Busy page label={t("app.loading")} />;
  if (documents.state === "failed") return <NotHere onAgain={documents.again} />;
  return <Intake id={id} documents={documents.value} />;
}

interface IntakeProps {
  readonly id: EntityId;
  readonly documents: Documents;
}

/** What was taken back is closed with its document: the next round opens it anew, with what the server has. */
function Intake(props: IntakeProps): VNode {
  const { t } = useWords();
  const [round, setRound] = useState(0);
  const [failed, setFailed] = useState(false);
  const discard = async (document: SharedDocument): Promise<void> => {
    setFailed(
      await document.discard().then(
        () => false,
        () => true,
      ),
    );
    setRound((before) => before + 1);
  };
  return (
    <>
      <div role="alert">{failed && <Banner tone="trouble">{t("intake.discardFailed")}</Banner>}</div>
      <OpenIntake key={round} {...props} onDiscard={(document) => void discard(document)} />
    </>
  );
}

interface OpenIntakeProps extends IntakeProps {
  readonly onDiscard: (document: SharedDocument) => void;
}

function OpenIntake({ id, documents, onDiscard }: OpenIntakeProps): VNode {
  const { t } = useWords();
  const { document, status, problem } = useDocument<DocumentStatus, SharedDocument>(documents, {
    conversation: id,
    kind: "intake",
  });
  const patient = useEntity("patient", useAgendaLine(id)?.patient);
  if (document === undefined || status === undefined)
    return problem === undefined ? (
      <Busy page label={t("app.loading")} />
    ) : (
      <Banner tone="trouble">{t("app.failed")}</Banner>
    );
  const readOnly = status.may === "read" || status.closed;
  return (
    <div class="stack">
      <AboutVisit appointment={id} />
      <p class="muted">{t("intake.more")}</p>
      <Standing status={status} onDiscard={() => onDiscard(document)} />
      <Card>
        <div class="stack">
          {QUESTIONS.map((name) => (
            <Answer key={name} name={name} document={document} readOnly={readOnly} />
          ))}
          {patient?.sex !== "male" && <Pregnant document={document} readOnly={readOnly} />}
        </div>
      </Card>
    </div>
  );
}

interface StandingProps {
  readonly status: DocumentStatus;
  readonly onDiscard: () => void;
}

/** Whether the doctor can read it yet, and that it can only be read now. */
function Standing({ status, onDiscard }: StandingProps): VNode {
  const { t } = useWords();
  const standing = standingOf(status);
  if (standing === "refused")
    return (
      <Banner tone="trouble" actions={<Button onClick={onDiscard}>{t("intake.discard")}</Button>}>
        {t("intake.refused")}
      </Banner>
    );
  if (standing === "full" || standing === "unkept")
    return <Banner tone="trouble">{t(standing === "full" ? "book.full" : "book.failed")}</Banner>;
  return (
    <div class="row" role="status">
      {status.may === "read" && <Badge tone="info">{t("intake.readOnly")}</Badge>}
      {standing === "kept" && <Badge tone="waiting">{t("intake.kept")}</Badge>}
      {standing === "sent" && <Badge tone="sure">{t("intake.sent")}</Badge>}
      {status.live && <Badge>{t("intake.live")}</Badge>}
    </div>
  );
}

interface AnswerProps {
  readonly document: SharedDocument;
  readonly readOnly: boolean;
}

function Answer({ name, document, readOnly }: AnswerProps & { readonly name: Question }): VNode {
  const { t } = useWords();
  const read = useCallback((doc: Doc) => doc.getText(name).toJSON(), [name]);
  const value = useDocumentValue(document, read) ?? "";
  const label: Key = `intake.${name}`;
  return (
    <TextField
      label={t(label)}
      lines={name !== "since"}
      maxLength={2_000}
      disabled={readOnly}
      value={value}
      onValue={(next) => writeText(document.doc.getText(name), next)}
    />
  );
}

function Pregnant({ document, readOnly }: AnswerProps): VNode {
  const { t } = useWords();
  const value = useDocumentValue(document, readPregnant);
  return (
    <ChoiceField
      label={t("intake.pregnant")}
      value={value ?? ""}
      disabled={readOnly}
      onValue={(next) => document.doc.getMap("form").set("pregnant", next)}
      options={ANSWERS.map((answer) => ({ value: answer, label: t(`intake.${answer}`) }))}
    />
  );
}

function readPregnant(doc: Doc): string {
  const value: unknown = doc.getMap("form").get("pregnant");
  return typeof value === "string" ? value : "";
}
