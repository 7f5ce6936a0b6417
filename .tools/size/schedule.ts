/** What an app adds that searches offline, shows weeks and shares calendars; beside the SDK, with which it shares a good part. */
export {
  clinicAtServer,
  doctorAtServer,
  doctorWeek,
  patientWeek,
  searchClinicsAtServer,
  searchDoctors,
  searchDoctorsAtServer,
  shareCalendar,
  unshareCalendar,
} from "@healthbridge/client-sdk/schedule";
