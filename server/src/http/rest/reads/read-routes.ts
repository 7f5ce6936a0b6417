import { listAppointments, readAppointment } from "./appointments.ts";
import { listCalendarLinks, readCalendarLink } from "./calendar-links.ts";
import { readClinic, searchClinics } from "./clinics.ts";
import { listConversations, listMessages, readConversation } from "./conversations.ts";
import { readDoctor, searchDoctors } from "./doctors.ts";
import { readOutcome, readOwnAccount } from "./own.ts";
import { listPatients, readPatient } from "./patients.ts";
import type { ReadRoute } from "./read-route.ts";
import { readSheets } from "./sheets.ts";
import { readDoctorsWeek, readPatientsWeek } from "./weeks.ts";

/** Every read on REST, by the name the document gives it. */
export const READ_ROUTES: Readonly<Record<string, ReadRoute>> = {
  searchDoctors,
  readDoctor,
  readSheets,
  readDoctorsWeek,
  searchClinics,
  readClinic,
  listAppointments,
  readAppointment,
  listPatients,
  readPatient,
  readPatientsWeek,
  listConversations,
  readConversation,
  listMessages,
  listCalendarLinks,
  readCalendarLink,
  readOwnAccount,
  readOutcome,
};
