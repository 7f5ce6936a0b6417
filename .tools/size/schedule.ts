/** What an app adds that searches offline, shows weeks and shares calendars; beside the SDK, with which it shares a good part. */
export {
  doctorWeek,
  patientWeek,
  searchDoctors,
  shareCalendar,
  unshareCalendar,
} from "@healthbridge/client-sdk/schedule";
