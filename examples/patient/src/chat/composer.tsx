import type { Attachments } from "@healthbridge/client-sdk/attachments";
import type { MessageInput } from "@healthbridge/client-sdk/react";
import { Badge, Banner, Button, IconButton, TextField } from "@healthbridge/example-design";
import { useShell, useStayOpen } from "@healthbridge/example-design/shell";
import type { EntityId } from "@healthbridge/schema/client";
import { Camera, Mic, SendHorizontal, X } from "lucide";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Enclosed } from "../logic/draft.ts";
import { useWords } from "../words/words.ts";
import { canRecord } from "./recorder.ts";
import { useDraft } from "./use-draft.ts";
import { useRecording } from "./use-recording.ts";

export interface ComposerProps {
  readonly conversation: EntityId;
  readonly attachments: Attachments;
  readonly onTyping: () => void;
  readonly onSend: (message: MessageInput) => Promise<unknown>;
}

const MOST_ENCLOSED = 4;

/** Where she writes; photos and voice notes are kept on this phone before the message that names them. */
export function Composer({ conversation, attachments, onTyping, onSend }: ComposerProps): VNode {
  const { t } = useWords();
  const draft = useDraft({ conversation, attachments, onSend });
  const { text, enclosed, busy, trouble } = draft;
  const voice = useRecording({
    onNote: (note) => void draft.enclose("voice", note),
    onRefused: () => draft.say("chat.noMicrophone"),
  });
  // A note that is being recorded has its place already.
  const isRecording = voice.seconds !== undefined;
  const hasRoom = enclosed.length + Number(isRecording) < MOST_ENCLOSED;
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void draft.send();
      }}
    >
      {trouble !== undefined && <Banner tone="trouble">{t(trouble)}</Banner>}
      <EnclosedList enclosed={enclosed} onRemove={draft.remove} />
      <TextField
        label={t("chat.write")}
        lines
        maxLength={2_000}
        value={text}
        onValue={(value) => {
          draft.write(value);
          onTyping();
        }}
      />
      <div class="row between">
        <div class="row">
          {hasRoom && <PhotoButton onPhoto={(photo) => void draft.enclose("photo", photo)} />}
          {(hasRoom || isRecording) && canRecord() && <VoiceButton {...voice} />}
        </div>
        <Button type="submit" kind="primary" icon={SendHorizontal} busy={busy}>
          {t("chat.send")}
        </Button>
      </div>
    </form>
  );
}

interface EnclosedListProps {
  readonly enclosed: readonly Enclosed[];
  readonly onRemove: (id: EntityId) => void;
}

function EnclosedList({ enclosed, onRemove }: EnclosedListProps): VNode | null {
  const { t } = useWords();
  if (enclosed.length === 0) return null;
  return (
    <div class="row">
      {enclosed.map(({ id, kind }) => (
        <span key={id} class="row">
          <Badge tone="info">{t(kind === "photo" ? "chat.photoOf" : "chat.voiceOf")}</Badge>
          <IconButton icon={X} label={t("chat.remove")} onClick={() => onRemove(id)} />
        </span>
      ))}
    </div>
  );
}

function PhotoButton({ onPhoto }: { readonly onPhoto: (photo: Blob) => void }): VNode {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp"
        hidden
        aria-label={t("chat.photo")}
        onChange={({ currentTarget }) => {
          const [photo] = currentTarget.files ?? [];
          if (photo !== undefined) onPhoto(photo);
          currentTarget.value = "";
        }}
      />
      <IconButton icon={Camera} label={t("chat.photo")} onClick={() => input.current?.click()} />
    </>
  );
}

function VoiceButton({ seconds, begin, end }: ReturnType<typeof useRecording>): VNode {
  const { t } = useWords();
  const { safe } = useShell();
  // A note may be as long as it takes until a safe locks by itself.
  useStayOpen(safe, seconds !== undefined);
  if (seconds === undefined) return <IconButton icon={Mic} label={t("chat.voice")} onClick={begin} />;
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return (
    <>
      {/* Read out each second it would be heard in the note. */}
      <span role="timer" aria-live="off" class="small number">
        {t("chat.recording", { time })}
      </span>
      <Button kind="danger" onClick={end}>
        {t("chat.stop")}
      </Button>
    </>
  );
}
