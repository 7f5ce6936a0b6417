import type { OperationType } from "../contracts/contracts.ts";
import { declineOffer, holdTime } from "./appointment-pending.ts";
import { exceptAvailability, setAvailability } from "./availability.ts";
import { withSheets } from "./availability-sheets.ts";
import { setHolidays } from "./clinic-holidays.ts";
import { closeConversation, handOver, markDelivered, markRead, reopenConversation } from "./conversation.ts";
import type { Decide } from "./definition.ts";
import { FORESEEN } from "./forecast.ts";
import { takeLease } from "./lease.ts";
import { retractMessage, sendMessage } from "./message.ts";
import { walkIn } from "./walk-in.ts";

/** How the operations are decided that a device can queue: those it can foresee, and those that only the server's clock and calendars can decide. */
export const QUEUEABLE = {
  ...FORESEEN,
  "clinic.setHolidays": setHolidays,
  "availability.set": withSheets(setAvailability),
  "availability.except": withSheets(exceptAvailability),
  "appointment.hold": holdTime,
  "appointment.decline": declineOffer,
  "appointment.walkIn": walkIn,
  "lease.take": takeLease,
  "message.send": sendMessage,
  "message.retract": retractMessage,
  "conversation.markDelivered": markDelivered,
  "conversation.markRead": markRead,
  "conversation.handOver": handOver,
  "conversation.close": closeConversation,
  "conversation.reopen": reopenConversation,
} as const satisfies { readonly [T in OperationType]?: Decide<T> };

/** The type of an operation a device can queue. */
export type QueueableType = keyof typeof QUEUEABLE;
