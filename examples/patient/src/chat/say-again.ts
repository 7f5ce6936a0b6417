import type { Conversation } from "@healthbridge/client-sdk/react";
import type { ShownMessage } from "@healthbridge/client-sdk/chat";

/** Says a line once more that was refused; that it was is forgotten once this is kept. Where it cannot be kept it stands as it was. */
export async function sayAgain(
  { send, dismiss }: Pick<Conversation, "send" | "dismiss">,
  { id, text, attachments = [], replyTo, urgent }: ShownMessage,
): Promise<void> {
  try {
    await send({
      ...(attachments.length > 0 && { attachments: [...attachments] }),
      ...(text !== undefined && { text }),
      ...(replyTo !== undefined && { replyTo }),
      ...(urgent !== undefined && { urgent }),
    });
    await dismiss(id);
  } catch {
    // it is still there, and says that it was not sent
  }
}
