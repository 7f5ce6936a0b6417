import type { VNode } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type * as Y from "yjs";
import { useWords } from "../shared/desk-context.ts";
import { TextBinding } from "./text-binding.ts";

export interface SharedTextProps {
  readonly text: Y.Text;
  readonly label: string;
  readonly large: boolean;
  readonly readOnly: boolean;
}

/** A text that several people write: what is in the field is in the text, and the other way round. Preact leaves the field's value alone. */
export function SharedText({ text, label, large, readOnly }: SharedTextProps): VNode {
  const { t } = useWords();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    if (field.current === null) return undefined;
    const binding = new TextBinding(text, field.current, {
      onRefused: () => setRefused(true),
      onTyped: () => setRefused(false),
    });
    return () => binding.unbind();
  }, [text]);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        ref={field}
        class="input"
        autocomplete="off"
        data-large={large || undefined}
        readOnly={readOnly}
        aria-describedby={refused ? `${id}-refused` : undefined}
      />
      {refused && (
        <p class="wrong" id={`${id}-refused`} role="alert">
          {t("paperNotTaken")}
        </p>
      )}
    </div>
  );
}
