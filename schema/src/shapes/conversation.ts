import * as z from "zod/mini";
import { ATTACHMENT_LIMITS } from "../protocol/attachment-limits.ts";
import { EntityId } from "./ids.ts";
import { paragraphs } from "./texts.ts";

/** Characters of one message. */
const MESSAGE_CHARACTERS = 2_000;

/** What somebody writes in a conversation: 1 to 2,000 characters, line breaks allowed. */
export const MessageText = paragraphs(MESSAGE_CHARACTERS);

/** Photos and voice notes a message names. They travel on their own, later and slower than the message: one that is not there yet is on its way. */
export const MessageAttachments = z
  .array(EntityId)
  .check(z.minLength(1), z.maxLength(ATTACHMENT_LIMITS.perMessage));

/** How far one side has come: numbers of messages. */
const Mark = z.optional(z.int().check(z.minimum(0)));

/**
 * The chat of a consultation, between a patient and a doctor. Its id is the appointment's: it need not be opened, the first message makes it. It goes on when the
 * appointment is over, until the doctor closes it.
 */
export const Conversation = z.object({
  id: EntityId,
  patient: EntityId,
  /** who answers now: the appointment's doctor, or whom it was handed over to */
  doctor: EntityId,
  /** nobody writes here any more; it can be read */
  closed: z.optional(z.boolean()),
  /** messages up to this number are on a device of the patient's side */
  patientDelivered: Mark,
  /** messages up to this number were read on the patient's side */
  patientRead: Mark,
  doctorDelivered: Mark,
  doctorRead: Mark,
});
export type Conversation = z.infer<typeof Conversation>;

/** On whose side somebody wrote: the patient or her family, her clinic's people for her, the doctor. */
export const WrittenBy = z.enum(["patient", "clinic", "doctor"]);
export type WrittenBy = z.infer<typeof WrittenBy>;

/** One line of a conversation. The number, the sender and the time are the server's word. */
export const Message = z.object({
  id: EntityId,
  conversation: EntityId,
  /** 1, 2, 3 … in its conversation, without a gap */
  number: z.int().check(z.minimum(1)),
  by: WrittenBy,
  /** the account that wrote it */
  account: EntityId,
  /** the doctor who wrote it; not there where nobody wrote as the doctor, nor on lines that are older than this field */
  doctor: z.optional(EntityId),
  /** when the server had it, ms since 1970 */
  at: z.int(),
  /** not there where it was withdrawn, or says no more than what is attached */
  text: z.optional(MessageText),
  attachments: z.optional(MessageAttachments),
  /** those of them whose thumbnail, and those that themselves have arrived since the message was written; what had arrived before is not named here */
  thumbnails: z.optional(MessageAttachments),
  arrived: z.optional(MessageAttachments),
  /** the message it answers */
  replyTo: z.optional(EntityId),
  urgent: z.optional(z.boolean()),
  /** the sender took it back: it keeps its number, its text is gone */
  withdrawn: z.optional(z.boolean()),
});
export type Message = z.infer<typeof Message>;
