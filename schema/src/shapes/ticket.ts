import * as z from "zod/mini";

/** What a ticket opens: the socket that carries syncs, or the socket of one document. A ticket for one opens no other. */
export const TicketPurpose = z.enum(["realtime", "documents"]);
export type TicketPurpose = z.infer<typeof TicketPurpose>;

/** `POST /v1/realtime/ticket`: asks for a ticket to open one socket with. */
export const TicketRequest = z.strictObject({
  /** `realtime` where left out */
  purpose: z.optional(TicketPurpose),
});
export type TicketRequest = z.infer<typeof TicketRequest>;

/** A ticket's text. */
export const Ticket = z.string().check(z.regex(/^[A-Za-z0-9_-]{32}$/));

/** A ticket: good once, for so many seconds. */
export const TicketAnswer = z.object({
  ticket: Ticket,
  expiresIn: z.int(),
});
export type TicketAnswer = z.infer<typeof TicketAnswer>;
