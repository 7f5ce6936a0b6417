import type { ShownAttachment } from "@healthbridge/client-sdk/attachments";
import type { ShownMessage } from "@healthbridge/client-sdk/chat";

/** What a list says of a line without words: what is attached, as far as this phone knows. Of others' it knows photos alone, by their small pictures. */
export function attachedKey(
  { attachments = [], thumbnails = [] }: Pick<ShownMessage, "attachments" | "thumbnails">,
  own: ReadonlyArray<Pick<ShownAttachment, "id" | "kind">>,
): "chat.photoOf" | "chat.voiceOf" | "chat.attached" {
  const kinds = attachments.map(
    (id) => own.find((each) => each.id === id)?.kind ?? (thumbnails.includes(id) ? "photo" : "unknown"),
  );
  const [kind] = kinds;
  if (kinds.some((each) => each !== kind)) return "chat.attached";
  return kind === "photo" ? "chat.photoOf" : kind === "voice" ? "chat.voiceOf" : "chat.attached";
}
