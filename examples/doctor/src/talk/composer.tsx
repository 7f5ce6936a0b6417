import { Button, CheckField, IconButton, useToast } from "@healthbridge/example-design";
import type { Conversation } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import { ImagePlus, Send, X } from "lucide";
import type { RefObject, VNode } from "preact";
import { useId, useRef } from "preact/hooks";
import { useWords } from "../shared/desk-context.ts";
import type { ChosenPhoto } from "./drafts.ts";
import { useDraft } from "./use-draft.ts";
import { useSending } from "./use-sending.ts";

export interface ComposerProps {
  readonly conversation: EntityId;
  readonly send: Conversation["send"];
  readonly onTyping: () => void;
}

const MOST_CHARACTERS = 2_000;
const MOST_PHOTOS = 4;

/** Where one writes. What is begun stays until it is sent; what is sent is kept on this device at once, network or not. */
export function Composer({ conversation, send, onTyping }: ComposerProps): VNode {
  const { t } = useWords();
  const { draft, write, sent, choose } = useDraft(conversation);
  const { photos } = draft;
  const say = useToast();
  const field = useRef<HTMLTextAreaElement>(null);
  const sendIt = useSending(conversation, send);
  const type = (text: string): void => {
    write({ text });
    onTyping();
  };
  const sends = draft.text.trim() !== "" || photos.length > 0;
  const submit = async (): Promise<void> => {
    if (!sends || !(await sendIt(draft))) return;
    sent(draft);
    field.current?.focus();
  };
  const addPhotos = (more: readonly File[]): void => {
    const room = MOST_PHOTOS - photos.length;
    if (more.length > room) say({ text: t("mostPhotos", { n: MOST_PHOTOS }) });
    void choose(more.slice(0, room));
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <ChosenPhotos photos={photos} onPhotos={(rest) => write({ photos: rest })} />
      <div class="composer-line">
        <PhotoButton onPhotos={addPhotos} />
        <MessageField field={field} text={draft.text} onText={type} onSubmit={() => void submit()} />
        <Button
          kind="primary"
          type="submit"
          icon={Send}
          disabled={!sends}
          aria-label={t("send")}
          title={t("sendHow")}
        >
          <span class="wide-only">{t("send")}</span>
        </Button>
      </div>
      <CheckField
        label={t("markUrgent")}
        checked={draft.urgent}
        onChecked={(checked) => write({ urgent: checked })}
      />
    </form>
  );
}

interface MessageFieldProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Ctrl + Enter; Enter alone begins a new line */
  readonly onSubmit: () => void;
}

function MessageField({ field, text, onText, onSubmit }: MessageFieldProps): VNode {
  const { t } = useWords();
  const id = useId();
  return (
    <>
      <label class="unseen" for={id}>
        {t("write")}
      </label>
      <textarea
        id={id}
        ref={field}
        class="input"
        autocomplete="off"
        rows={1}
        maxLength={MOST_CHARACTERS}
        placeholder={t("write")}
        value={text}
        onInput={({ currentTarget: { value } }) => onText(value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          onSubmit();
        }}
      />
    </>
  );
}

function PhotoButton({ onPhotos }: { readonly onPhotos: (photos: readonly File[]) => void }): VNode {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon={ImagePlus} label={t("addPhoto")} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept="image/jpeg,image/png,image/webp"
        aria-label={t("addPhoto")}
        onChange={({ currentTarget }) => {
          onPhotos([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
    </>
  );
}

interface ChosenPhotosProps {
  readonly photos: readonly ChosenPhoto[];
  readonly onPhotos: (photos: readonly ChosenPhoto[]) => void;
}

function ChosenPhotos({ photos, onPhotos }: ChosenPhotosProps): VNode | null {
  const { t } = useWords();
  if (photos.length === 0) return null;
  return (
    <ul class="chosen-photos" aria-label={t("chosenPhotos")}>
      {photos.map((photo) => (
        <li key={photo.id}>
          <span class="small" title={photo.name}>
            {photo.name}
          </span>
          <IconButton
            icon={X}
            label={t("removePhoto", { name: photo.name })}
            onClick={() => onPhotos(photos.filter((each) => each !== photo))}
          />
        </li>
      ))}
    </ul>
  );
}
