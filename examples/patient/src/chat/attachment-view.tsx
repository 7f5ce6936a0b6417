import type { Attachments, ShownAttachment } from "@healthbridge/client-sdk/attachments";
import type { ShownMessage } from "@healthbridge/client-sdk/chat";
import { Badge, Button } from "@healthbridge/example-design";
import type { EntityId } from "@healthbridge/schema/client";
import { Download } from "lucide";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { bytes } from "../words/sayings.ts";
import { useWords } from "../words/words.ts";
import { useBlobUrl } from "./use-blob-url.ts";

export interface AttachmentViewProps {
  readonly id: EntityId;
  readonly message: ShownMessage;
  readonly attachments: Attachments;
}

/**
 * A photo or a voice note. Of one's own what this phone has is shown, and how much of it is sent; of others the thumbnail comes by itself once it has arrived, and the rest is
 * fetched when she asks: her data is not spent without her.
 */
export function AttachmentView({ id, message, attachments }: AttachmentViewProps): VNode {
  const { t } = useWords();
  const own = useOwn(id, attachments);
  const [file, setFile] = useState<Blob>();
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const small = useThumbnail(id, message, attachments, own !== undefined);
  const shown = file ?? small;
  const url = useBlobUrl(shown);
  const isThere =
    file !== undefined || [message.thumbnails, message.arrived].some((ids) => ids?.includes(id) === true);
  const isVoice = file?.type.startsWith("audio/") === true || own?.kind === "voice";
  const load = async (): Promise<void> => {
    setState("busy");
    try {
      setFile((await attachments.held(id)) ?? (await attachments.download(id)));
      setState("idle");
    } catch {
      setState("failed");
    }
  };
  useEffect(() => {
    if (own?.kind === "voice") void load();
  }, [own?.kind]);
  return (
    <div class="attachment stack tight">
      {url !== undefined && !isVoice && <img src={url} alt={t("chat.photoOf")} />}
      {url !== undefined && isVoice && file !== undefined && (
        <audio controls src={url} aria-label={t("chat.voiceOf")} />
      )}
      {file === undefined && !isVoice && own === undefined && (
        <Button kind="plain" icon={Download} busy={state === "busy"} onClick={() => void load()}>
          {t("chat.loadPlain")}
        </Button>
      )}
      {own === undefined && !isThere && <Badge tone="waiting">{t("chat.onWay")}</Badge>}
      {state === "failed" && <span class="small muted">{t("chat.loadFailed")}</span>}
      {own !== undefined && <HowFar own={own} />}
    </div>
  );
}

/** How much of one's own is at the server. */
function HowFar({ own }: { readonly own: ShownAttachment }): VNode | null {
  const speech = useWords();
  const { t } = speech;
  if (own.state === "sent") return null;
  if (own.state === "refused") return <Badge tone="trouble">{t("chat.state.refused")}</Badge>;
  const part = t("chat.sentPart", { done: bytes(speech, own.sentBytes), all: bytes(speech, own.bytes) });
  return <Badge tone="waiting">{part}</Badge>;
}

function useOwn(id: EntityId, attachments: Attachments): ShownAttachment | undefined {
  const [own, setOwn] = useState<ShownAttachment>();
  useEffect(
    () => attachments.watch(() => setOwn(attachments.list().find((each) => each.id === id))),
    [attachments, id],
  );
  return own;
}

/** The small picture: this phone's own, or what has arrived of somebody else's. */
function useThumbnail(
  id: EntityId,
  { thumbnails = [], arrived = [] }: ShownMessage,
  attachments: Attachments,
  isOwn: boolean,
): Blob | undefined {
  const [small, setSmall] = useState<Blob>();
  const isThere = isOwn || thumbnails.includes(id);
  const isWhole = arrived.includes(id);
  useEffect(() => {
    if (!isThere) return undefined;
    const ending = new AbortController();
    const look = async (): Promise<void> => {
      const held = await attachments.held(id, "thumbnail");
      const found =
        held ??
        (isOwn ? await attachments.held(id) : await attachments.download(id, "thumbnail", ending.signal));
      if (!ending.signal.aborted) setSmall(found);
    };
    look().catch(() => undefined); // the button fetches it
    return () => ending.abort();
  }, [attachments, id, isThere, isOwn, isWhole]);
  return small;
}
