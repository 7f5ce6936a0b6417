import { type Decide, rejected } from "./definition.ts";

/**
 * The server's clean-up: takes away conversations with all that is in them, which are closed, belong to an appointment that was put away, and have no more lines than when it was seen how old
 * the newest is. No feed shows them any longer.
 */
export const removeConversations: Decide<"conversation.remove"> = (state, { conversations }, { actor }) => {
  if (actor?.role !== "system") return rejected("forbidden");
  const changes = conversations.flatMap(({ conversation: id, lines }) => {
    const found = state.get("conversation", id);
    const isOver =
      found?.closed === true && found.lines === lines && state.get("appointment", id) === undefined;
    return isOver ? [{ kind: "conversation" as const, entity: { ...found, removed: true as const } }] : [];
  });
  return { status: "applied", output: { removed: changes.length }, changes };
};
