import { participation } from "./conversation.ts";
import { applied, type Decide, rejected } from "./definition.ts";

/**
 * Writes a message: who takes part in the conversation. It gets the next number; who wrote it and when is the server's word.
 * - `malformed`: it says nothing, neither in words nor by what is attached
 * - `not_found`: there is no such appointment, or the message it answers is of another conversation
 * - `forbidden`: who asks may know of the conversation and has no voice in it
 * - `conversation_closed`: the doctor has closed it
 */
export const sendMessage: Decide<"message.send"> = (state, input, { actor, now, id }) => {
  const { conversation: about, urgent = false, ...said } = input;
  if (said.text === undefined && said.attachments === undefined) return rejected("malformed", "input.text");
  const found = participation(state, about, actor);
  if ("status" in found) return found;
  const { conversation, by } = found;
  if (by === undefined || actor === undefined) return rejected("forbidden", "input.conversation");
  if (conversation.closed === true) return rejected("conversation_closed", "input.conversation");
  if (said.replyTo !== undefined && state.get("message", said.replyTo)?.conversation !== about)
    return rejected("not_found", "input.replyTo");
  const number = conversation.lines + 1;
  const doctor = by === "doctor" ? actor.doctor : undefined;
  const written = { ...said, ...(urgent && { urgent }), ...(doctor !== undefined && { doctor }) };
  const message = { ...written, id, conversation: about, number, by, account: actor.account, at: now };
  return {
    status: "applied",
    changes: [
      { kind: "conversation", entity: { ...conversation, lines: number } },
      { kind: "message", entity: message },
    ],
    output: { number },
  };
};

/** Withdraws a message: who wrote it, also from a conversation that is closed. It keeps its number; its text and what was attached are gone from every device that hears of it. */
export const retractMessage: Decide<"message.retract"> = (state, input, { actor }) => {
  const message = state.get("message", input.message);
  const found = message && participation(state, message.conversation, actor);
  if (!found || "status" in found || found.by === undefined) return rejected("not_found", "input.message");
  if (message.account !== actor?.account) return rejected("forbidden", "input.message");
  if (message.withdrawn === true) return applied();
  const { id, conversation, number, by, account, at, doctor, replyTo } = message;
  const rest = { id, conversation, number, by, account, at, ...(replyTo !== undefined && { replyTo }) };
  const entity = { ...rest, ...(doctor !== undefined && { doctor }), withdrawn: true };
  return applied({ kind: "message", entity });
};

/** The server's own: something a message names has arrived. Those who take part are told, so that nobody has to ask again and again. */
export const noteArrived: Decide<"attachment.arrive"> = (
  state,
  { message: id, attachment, what },
  { actor },
) => {
  if (actor?.role !== "system") return rejected("forbidden");
  const message = state.get("message", id);
  if (message?.attachments?.includes(attachment) !== true) return rejected("not_found", "input.message");
  const field = what === "file" ? "arrived" : "thumbnails";
  const there = message[field] ?? [];
  if (there.includes(attachment)) return applied();
  return applied({ kind: "message", entity: { ...message, [field]: [...there, attachment] } });
};
