import type { PushSubscription } from "@healthbridge/schema";
import type { Channel, NoticeKind, URGENT } from "../plan.ts";
import type { TextLanguage } from "../texts/texts.ts";

/** A device of hers that takes push messages. */
export interface PushTarget {
  readonly tenant: string;
  readonly device: string;
  readonly subscription: PushSubscription;
}

/** Where somebody can be reached. */
export interface Recipient {
  readonly phone: string | undefined;
  readonly email: string | undefined;
  readonly push: readonly PushTarget[];
}

/** What is sent, in her language: one text for all channels, and what an e-mail adds. All instants in ms since 1970. */
export interface Letter {
  /** the same whenever the same notice is sent again: gateways that know such keys deliver it once */
  readonly key: string;
  readonly to: Recipient;
  readonly kind: NoticeKind | typeof URGENT;
  readonly language: TextLanguage;
  /** one line, for a subject or a push message's head */
  readonly title: string;
  readonly text: string;
  /** the id of the appointment */
  readonly appointment: string;
  /** the appointment's, or of an urgent message when it was written */
  readonly start: number;
  /** that the appointment takes; of a message none */
  readonly minutes: number;
  /** when what it tells of was decided */
  readonly occasion: number;
}

/** What became of a letter at a carrier. `why` is a word of ours, or a status, never an address or a text. */
export type Delivery =
  | { readonly status: "sent" }
  /** it may go later */
  | { readonly status: "later"; readonly why: string }
  /** never by this carrier: another may try */
  | { readonly status: "refused"; readonly why: string };

/**
 * Carries letters over one channel. `send` is called outside any transaction; it bounds its own time, throws for nothing that a gateway may do, and may be called again with
 * the same key after a crash.
 */
export interface Carrier {
  readonly channel: Channel;
  reaches(to: Recipient): boolean;
  send(letter: Letter): Promise<Delivery>;
}

/** Whether somebody has an address for a channel. */
export function hasAddress(channel: Channel, { phone, email, push }: Recipient): boolean {
  if (channel === "push") return push.length > 0;
  return (channel === "email" ? email : phone) !== undefined;
}
