/**
 * Hooks for React (18 or newer) and, through `preact/compat`, for Preact: what a device holds, what waits, what became of it, as components read it. An addition to the SDK; an app fetches the
 * hooks it names, and of chat, schedules and documents only what these hooks need.
 *
 * What a hook answers is the same object for as long as it says the same, so nothing is rendered without a reason, and rendering that React interrupts never shows
 * two moments at once.
 *
 * @packageDocumentation
 */
export {
  type Clock,
  type DeviceClass,
  HealthBridgeProvider,
  type HealthBridgeProviderProps,
  useHealthBridge,
} from "./context.ts";
export {
  type Conversation,
  type EarlierState,
  type MessageInput,
  useConversation,
  useConversations,
} from "./conversations.ts";
export {
  type DocumentSource,
  type UsableDocument,
  useDocument,
  type UsedDocument,
  useDocumentValue,
  type WatchedDoc,
} from "./documents.ts";
export { useAppointments, useEntity, useList, useWaiting, type WhoseAppointments } from "./held.ts";
export { useNow } from "./now.ts";
export { type Outcomes, useOutcomes } from "./outcomes.ts";
export { type DoctorSearchQuery, useDoctorSearch, useDoctorWeek } from "./schedule.ts";
export { useAccount, useObservable, useStatus } from "./status.ts";
