import type { Conversation, WrittenBy } from "../shapes/conversation.ts";
import type { EntityId } from "../shapes/ids.ts";
import { appointmentOf } from "./asked.ts";
import {
  type Actor,
  applied,
  type Decide,
  type Decision,
  type Entities,
  rejected,
  type Rejected,
  type State,
} from "./definition.ts";
import { keepsHours, worksFor } from "./rights.ts";

/** The field that names a conversation. */
const PATH = "input.conversation";

/** A conversation as it is kept: with how many messages it has. That is no part of what devices are told: they count what they hold. */
export type KeptConversation = Entities["conversation"];

/** A conversation and the side on which somebody takes part in it; without a side somebody sees that it exists and has no voice in it. */
export interface Participation {
  readonly conversation: KeptConversation;
  readonly by: WrittenBy | undefined;
}

/** The conversation of an appointment, also before its first message, as somebody takes part in it; `not_found` for who may not know of it. */
export function participation(
  state: State,
  id: EntityId,
  actor: Actor | undefined,
): Participation | Rejected {
  const known = state.get("conversation", id);
  if (known !== undefined) {
    const patient = state.get("patient", known.patient);
    const by = patient && sideOf(actor, known, patient);
    return by !== undefined || keepsConversation(state, known, actor)
      ? { conversation: known, by }
      : rejected("not_found", PATH);
  }
  const { appointment, patient } = appointmentOf(state, id, actor);
  if (!appointment) return rejected("not_found", PATH);
  const conversation = { id, patient: patient.id, doctor: appointment.doctor, lines: 0 };
  return { conversation, by: sideOf(actor, conversation, patient) };
}

/** On which side somebody takes part; `undefined`: she does not. A doctor who also works where the card is kept speaks as the doctor. */
export function sideOf(
  actor: Actor | undefined,
  { doctor }: Pick<Conversation, "doctor">,
  patient: Entities["patient"],
): WrittenBy | undefined {
  if (actor === undefined) return undefined;
  if (actor.doctor === doctor) return "doctor";
  if (patient.account === actor.account) return "patient";
  return worksFor(actor, patient.clinic) ? "clinic" : undefined;
}

/** Whether somebody keeps the hours of the doctor who answers, and so may hand over what she is asked, without reading it. */
function keepsConversation(state: State, { doctor }: KeptConversation, actor: Actor | undefined): boolean {
  const entity = state.get("doctor", doctor);
  return entity !== undefined && keepsHours(actor, entity);
}

/** Notes how far messages have come to a device of one's side. What is noted never goes back. Of a doctor who reads along at the clinic nothing is noted. */
export const markDelivered: Decide<"conversation.markDelivered"> = (state, input, { actor }) =>
  mark(state, input, actor, "Delivered");

/** Notes how far messages were read on one's side; what was read was delivered. */
export const markRead: Decide<"conversation.markRead"> = (state, input, { actor }) =>
  mark(state, input, actor, "Read");

function mark(
  state: State,
  { conversation: id, through }: { readonly conversation: EntityId; readonly through: number },
  actor: Actor | undefined,
  what: "Delivered" | "Read",
): Decision<never> {
  const found = participation(state, id, actor);
  if ("status" in found) return found;
  const { conversation, by } = found;
  if (by === undefined) return rejected("forbidden", PATH);
  // Another doctor who works where the card is kept reads along: with her it has reached neither side.
  if (by === "clinic" && actor?.doctor !== undefined) return applied();
  const side = by === "doctor" ? "doctor" : "patient";
  // Nobody has more than there is.
  const reached = Math.min(through, conversation.lines);
  const delivered = Math.max(conversation[`${side}Delivered`] ?? 0, reached);
  const read = Math.max(conversation[`${side}Read`] ?? 0, what === "Read" ? reached : 0);
  if (delivered === (conversation[`${side}Delivered`] ?? 0) && read === (conversation[`${side}Read`] ?? 0))
    return applied();
  return kept({
    ...conversation,
    [`${side}Delivered`]: delivered,
    ...(read > 0 && { [`${side}Read`]: read }),
  });
}

/** Hands a conversation over to another doctor: who answers it does, or who keeps her hours. The former one sees it no longer. */
export const handOver: Decide<"conversation.handOver"> = (state, input, { actor }) => {
  const found = managed(state, input.conversation, actor);
  if ("status" in found) return found;
  const { conversation } = found;
  if (conversation.closed === true) return rejected("conversation_closed", PATH);
  if (state.get("doctor", input.doctor) === undefined) return rejected("not_found", "input.doctor");
  if (conversation.doctor === input.doctor) return applied();
  return kept(withDoctor(conversation, input.doctor));
};

/** The conversation once another doctor answers it: how far the former one had read says nothing of her. */
export function withDoctor(
  { doctorDelivered: _delivered, doctorRead: _read, ...rest }: KeptConversation,
  doctor: EntityId,
): KeptConversation {
  return { ...rest, doctor };
}

/** Closes a conversation: who answers it, or who keeps her hours. Nobody writes in it any more; both sides go on reading it. */
export const closeConversation: Decide<"conversation.close"> = (state, input, { actor }) =>
  setClosed(state, input.conversation, actor, true);

/** Goes on with a conversation that was closed. */
export const reopenConversation: Decide<"conversation.reopen"> = (state, input, { actor }) =>
  setClosed(state, input.conversation, actor, false);

function setClosed(state: State, id: EntityId, actor: Actor | undefined, closed: boolean): Decision<never> {
  const found = managed(state, id, actor);
  if ("status" in found) return found;
  const { closed: was = false, ...rest } = found.conversation;
  if (was === closed) return applied();
  return kept(closed ? { ...rest, closed } : rest);
}

/** A conversation for those who decide who answers it, and for how long: its doctor, and who keeps her hours. */
function managed(state: State, id: EntityId, actor: Actor | undefined): Participation | Rejected {
  const found = participation(state, id, actor);
  if ("status" in found || found.by === "doctor" || keepsConversation(state, found.conversation, actor))
    return found;
  return rejected("forbidden", PATH);
}

function kept(entity: KeptConversation): Decision<never> {
  return applied({ kind: "conversation", entity });
}
