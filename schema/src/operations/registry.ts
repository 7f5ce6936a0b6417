import type { Contract } from "../contracts/contract.ts";
import { CONTRACTS, type InputOf, type OperationType, type OutputOf } from "../contracts/contracts.ts";
import type { EntityId } from "../shapes/ids.ts";
import {
  addDevice,
  registerAccount,
  revokeDevice,
  setAccountClinics,
  setAccountStatus,
  subscribePush,
  unsubscribePush,
} from "./account.ts";
import { archiveAppointments, expireAppointments } from "./appointment-clean-up.ts";
import { shareCalendar, unshareCalendar } from "./calendar.ts";
import { removeConversations } from "./conversation-clean-up.ts";
import { extendAvailability } from "./availability-extend.ts";
import type { Context, Decide, Decision, State, Touch } from "./definition.ts";
import { noteArrived } from "./message.ts";
import { QUEUEABLE } from "./queueable.ts";
import { TOUCHES } from "./touches.ts";

/** The whole of what is known about an operation. A phone has its decision alone. */
export interface Definition<Type extends string = string, Input = unknown, Output = unknown> extends Contract<
  Input,
  Output
> {
  readonly type: Type;
  /** keys to look up first, at an instant (ms); what else the decision asks for is looked up then */
  touches(input: Input, id: EntityId, now: number): readonly Touch[];
  /** pure and synchronous */
  decide(state: State, input: Input, context: Context): Decision<Output>;
}

const DECISIONS: { readonly [T in OperationType]: Decide<T> } = {
  ...QUEUEABLE,
  "account.register": registerAccount,
  "account.setStatus": setAccountStatus,
  "account.setClinics": setAccountClinics,
  "device.add": addDevice,
  "device.revoke": revokeDevice,
  "device.subscribePush": subscribePush,
  "device.unsubscribePush": unsubscribePush,
  "availability.extend": extendAvailability,
  "appointment.expire": expireAppointments,
  "appointment.archive": archiveAppointments,
  "calendar.share": shareCalendar,
  "calendar.unshare": unshareCalendar,
  "attachment.arrive": noteArrived,
  "conversation.remove": removeConversations,
};

const SHAPED: { readonly [T in OperationType]: Contract<InputOf<T>, OutputOf<T>> } = CONTRACTS;

/** Every operation of this version, by type: those of a device's queue, and those only the server's own routes and jobs make. */
export const OPERATIONS: { readonly [T in OperationType]: Definition<T, InputOf<T>, OutputOf<T>> } = {
  "account.update": whole("account.update"),
  "clinic.register": whole("clinic.register"),
  "clinic.update": whole("clinic.update"),
  "clinic.setHolidays": whole("clinic.setHolidays"),
  "doctor.register": whole("doctor.register"),
  "doctor.update": whole("doctor.update"),
  "doctor.setRules": whole("doctor.setRules"),
  "patient.register": whole("patient.register"),
  "patient.update": whole("patient.update"),
  "availability.set": whole("availability.set"),
  "availability.except": whole("availability.except"),
  "appointment.book": whole("appointment.book"),
  "appointment.hold": whole("appointment.hold"),
  "appointment.confirm": whole("appointment.confirm"),
  "appointment.decline": whole("appointment.decline"),
  "appointment.reschedule": whole("appointment.reschedule"),
  "appointment.cancel": whole("appointment.cancel"),
  "appointment.checkIn": whole("appointment.checkIn"),
  "appointment.undoCheckIn": whole("appointment.undoCheckIn"),
  "appointment.walkIn": whole("appointment.walkIn"),
  "appointment.complete": whole("appointment.complete"),
  "appointment.markMissed": whole("appointment.markMissed"),
  "account.register": whole("account.register"),
  "account.setStatus": whole("account.setStatus"),
  "account.setClinics": whole("account.setClinics"),
  "device.add": whole("device.add"),
  "device.revoke": whole("device.revoke"),
  "device.subscribePush": whole("device.subscribePush"),
  "device.unsubscribePush": whole("device.unsubscribePush"),
  "availability.extend": whole("availability.extend"),
  "appointment.expire": whole("appointment.expire"),
  "appointment.archive": whole("appointment.archive"),
  "calendar.share": whole("calendar.share"),
  "calendar.unshare": whole("calendar.unshare"),
  "lease.take": whole("lease.take"),
  "lease.giveBack": whole("lease.giveBack"),
  "attachment.arrive": whole("attachment.arrive"),
  "message.send": whole("message.send"),
  "message.retract": whole("message.retract"),
  "conversation.markDelivered": whole("conversation.markDelivered"),
  "conversation.markRead": whole("conversation.markRead"),
  "conversation.handOver": whole("conversation.handOver"),
  "conversation.close": whole("conversation.close"),
  "conversation.reopen": whole("conversation.reopen"),
  "conversation.remove": whole("conversation.remove"),
};

function whole<T extends OperationType>(type: T): Definition<T, InputOf<T>, OutputOf<T>> {
  return { type, ...SHAPED[type], touches: TOUCHES[type], decide: DECISIONS[type] };
}

/** Whether a text names an operation of this version. */
export function isOperationType(type: string): type is OperationType {
  return Object.hasOwn(OPERATIONS, type);
}
