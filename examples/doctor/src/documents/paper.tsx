import { Banner, Busy, Button } from "@healthbridge/example-design";
import type { Documents, DocumentStatus, SharedDocument } from "@healthbridge/client-sdk/documents";
import { useDocument, useDocumentValue } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import type * as Y from "yjs";
import { useWords } from "../shared/desk-context.ts";
import { useTrying } from "../shared/fail.ts";
import { useOneAtATime } from "../shared/one-at-a-time.ts";
import type { PaperText } from "./intake-fields.ts";
import { PaperStatus } from "./paper-status.tsx";
import { SharedText } from "./shared-text.tsx";

export interface PaperProps {
  readonly documents: Documents;
  readonly conversation: EntityId;
  readonly kind: "intake" | "notes";
  /** what it is for, and who sees it */
  readonly lead: string;
  readonly texts: readonly PaperText[];
  /** it is closed, and can be opened anew: what was not taken is given up, or could not be */
  readonly onClosed: () => void;
}

/** A document of the consultation: several people write in it at once, with or without a network. */
export function Paper({ documents, conversation, kind, lead, texts, onClosed }: PaperProps): VNode {
  const { t } = useWords();
  const { document, status, problem } = useDocument<DocumentStatus, SharedDocument>(documents, {
    conversation,
    kind,
  });
  if (problem !== undefined) return <p class="wrong">{t("papersFailed")}</p>;
  if (document === undefined || status === undefined) return <Busy label={t("papersOpening")} />;
  const readOnly = status.may === "read";
  return (
    <div class="paper stack">
      <p class="small muted">{lead}</p>
      <PaperStatus status={status} />
      <Refused document={document} status={status} onClosed={onClosed} />
      {kind === "intake" && <Pregnant document={document} />}
      {texts.map(({ name, label }) => (
        <SharedText
          key={name}
          text={document.doc.getText(name)}
          label={t(label)}
          large={kind === "notes"}
          readOnly={readOnly}
        />
      ))}
    </div>
  );
}

interface OfDocument {
  readonly document: SharedDocument;
}

/** What she chose; it can be changed in her own app. */
function Pregnant({ document }: OfDocument): VNode | null {
  const { t } = useWords();
  const answer = useDocumentValue(document, pregnantIn);
  if (answer === undefined) return null;
  return (
    <p>
      <span class="strong">{t("intakePregnant")}</span>{" "}
      {t(answer === "yes" ? "answerYes" : answer === "no" ? "answerNo" : "answerUnsure")}
    </p>
  );
}

function pregnantIn(doc: Y.Doc): string | undefined {
  const answer: unknown = doc.getMap("form").get("pregnant");
  return typeof answer === "string" && answer !== "" ? answer : undefined;
}

interface RefusedProps extends OfDocument, Pick<PaperProps, "onClosed"> {
  readonly status: DocumentStatus;
}

/** What the server did not take: shown to who wrote it, and given up only by her word. Giving it up closes the document, whatever comes of it. */
function Refused({ document, status, onClosed }: RefusedProps): VNode | null {
  const { t } = useWords();
  const tryTo = useTrying();
  const once = useOneAtATime();
  const discard = async (): Promise<void> => {
    await tryTo(() => document.discard(), "paperDiscarded");
    onClosed();
  };
  const { problem, waiting } = status;
  if (!waiting || (problem !== "forbidden" && problem !== "malformed")) return null;
  return (
    <Banner tone="trouble" actions={<Button onClick={() => void once(discard)}>{t("paperDiscard")}</Button>}>
      {t(problem === "forbidden" ? "paperForbidden" : "paperMalformed")}
    </Banner>
  );
}
