/**
 * Schedules on a device: doctors nearby with their next free times, a doctor's and a patient's week, and links for calendar programs. An addition to the SDK, which an
 * app fetches only where it imports it. It answers without a network from what the device holds; `…AtServer`, for phones that do not hold the whole directory, and links ask the server.
 *
 * @packageDocumentation
 */
export {
  clinicAtServer,
  type ClinicInBrief,
  type ClinicSearch,
  type DoctorAtServer,
  doctorAtServer,
  searchClinicsAtServer,
  searchDoctorsAtServer,
} from "./at-server.ts";
export { type CalendarOf, shareCalendar, type SharedCalendar, unshareCalendar } from "./calendar-link.ts";
export type { OpenDevice } from "../carriers/signed-call.ts";
export type { Dates, HeldFreeTime } from "./held-sheets.ts";
export type { Holder } from "./holder.ts";
export { type PreviewDay, type PreviewSlot, previewHours } from "./preview.ts";
export { type DoctorSearch, type FoundDoctor, type FoundDoctors, searchDoctors } from "./search.ts";
export { type Days, type DoctorDay, doctorWeek, patientWeek, type WeekSlot } from "./week.ts";
