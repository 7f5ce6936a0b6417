/** What help says below the list of options: examples first. */

export const TOP = `
A day's work:
  in the morning, with a network (once is enough):
    clinic-batch sign-in --server https://health.example --name amina
    clinic-batch lease take --doctor "Dr Achieng" --until 2026-11-23T18:00
    clinic-batch sync
  all day, with or without one:
    clinic-batch register --patient "Wanjiru Kamau" --card K-0412 --phone +254712345678
    clinic-batch book --from requests.csv
    clinic-batch pending
    clinic-batch confirm --all
    clinic-batch messages
    clinic-batch write --conversation "Wanjiru Kamau" --text "The fever is back."
    clinic-batch status
  at night, when there is a network; again if it breaks off:
    clinic-batch sync
    clinic-batch results --to results.csv

Nothing that was taken is ever lost: pull the plug at any moment and run the same command again. No request is taken twice.
Everything is kept in one folder (--folder or $CLINIC_BATCH_FOLDER); who has the folder can read the patients' names.`;

export const SIGN_IN = `
The password is asked for and not shown. Where nobody can be asked, put it in a file that only you can read (--password-file),
or in $CLINIC_BATCH_PASSWORD.

Examples:
  clinic-batch sign-in --server https://health.example --name amina
  clinic-batch sign-in --name amina --password-file ~/.clinic-password`;

export const SIGN_OUT = `
Where this computer has times of its own left (lease) it says so and signs nobody out: nobody else could book them until they
have begun. Give them back first.

Examples:
  clinic-batch sign-out
  clinic-batch sign-out --anyway`;

export const DOCTORS = `
Examples:
  clinic-batch doctors --facility 14052
  clinic-batch doctors --name achieng`;

export const NEARBY = `
Free times are known of doctors whose calendars are on this computer: your own clinic's, and those you looked at with week.

Examples:
  clinic-batch nearby --near -1.2921,36.8219 --speciality paediatrics
  clinic-batch nearby --near -1.2921,36.8219 --within 10 --sort "free time"
  clinic-batch nearby --near -1.2921,36.8219 --currency KES --fee-up-to 50000 --sort fee`;

export const WEEK = `
A line for each hour, a mark for each slot: . free, # taken, ? waiting to be sent, h held, x blocked, ~ not known here.
What is not on this computer comes with the next sync.

Examples:
  clinic-batch week --doctor "Dr Achieng" --facility 14052
  clinic-batch day --doctor "Dr Achieng" --from 2026-11-23`;

export const CALENDAR = `
The link is shown once. It is over when you end it, sign out on this computer, or may see the appointments no longer.

Examples:
  clinic-batch calendar
  clinic-batch calendar --names
  clinic-batch calendar --end Y2FsZW5kYXJsaW5r.1`;

export const REGISTER = `
Columns of the file (only name is needed): name, card, born, sex, phone, language, village. A patient whose card is known
already is not registered again. Or one patient by the options; they do not go with --from.

Examples:
  clinic-batch register --from patients.csv
  clinic-batch register --patient "Wanjiru Kamau" --born 1988-03-04 --phone +254712345678`;

export const BOOK = `
Columns of the file:
  patient_name, patient_card   who; a patient not known yet is registered in the same breath (more about her:
                               patient_born, patient_sex, patient_phone, patient_language, patient_village)
  patient                      or the patient's id
  doctor, facility_code        the doctor's name and the code of her facility, or her id alone
  date, time                   by the clock on the doctor's wall, as 2026-11-23 and 09:20
  start                        or both in one, as 2026-11-23T09:20+03:00
  if_taken                     what to do when the time is gone, in order: same day; same doctor within 5 days; any
                               doctor within 20 km; waiting list for 7 days; give up. Behind a wish: in the morning,
                               in the afternoon, in the evening
  useful_until                 a later time is of no use, as 2026-11-25T12:00+03:00
  visit                        what kind of visit, where the doctor has several
  urgency                      routine, soon or urgent: the waiting list goes by it
  reason                       why the patient comes
  request                      your own reference, so that you find it again

A line that cannot be read is named with its number and the reason, and stops nothing. Run the same file again after
correcting it or after a power cut: no request is taken twice. The exit code is 2 where some lines were not taken.

Examples:
  clinic-batch book --from requests.csv
  clinic-batch book --from requests.csv --zone Africa/Nairobi`;

export const HOLD = `
The time is kept by the server's clock, so it is worth asking for where there is a network: send it with sync at once. It is over
by itself; until then confirm books it and decline gives it up. One account keeps three times at most.

Examples:
  clinic-batch hold --patient "Wanjiru Kamau" --doctor "Dr Achieng" --facility 14052 --date 2026-12-15 --time 09:20
  clinic-batch hold --patient K-0412 --doctor "Dr Achieng" --facility 14052 --start 2026-12-15T09:20+03:00 --minutes 30`;

export const PENDING = `
With its id, who it is for and until when: first what the clinic has to confirm, then what was offered to a patient from the
waiting list, then what is kept for one. What came in since the last sync is not here yet.

Example:
  clinic-batch pending`;

export const CONFIRM = `
The answer counts when it reaches the server: one that comes after the time was given back is refused, and results says so.

Examples:
  clinic-batch confirm --all
  clinic-batch confirm Y2xpbmljbGluaWNj.17 Y2xpbmljbGluaWNj.23`;

export const DECLINE = `
An offer that is declined goes to the next on the waiting list, and the patient goes on waiting. A time that was kept, or a
booking the clinic does not confirm, is cancelled, and its time is free again.

Example:
  clinic-batch decline Y2xpbmljbGluaWNj.17`;

export const LEASE = `
A time of its own is kept for this computer alone: a request for it is certain at once, without a network, and the server books
exactly it, however late it comes. All you do is book as always. Ask for such times while there is a network. The list is by the
clock on the doctor's wall.

What is not used by the end goes back by itself with the next sync, and so does all of it when somebody signs in anew. Until it has
gone back nobody else can book it.

Examples:
  clinic-batch lease
  clinic-batch lease take --doctor "Dr Achieng" --until 2026-11-23T18:00
  clinic-batch lease give-back --all`;

export const LEASE_TAKE = `
Of each day the last free times are taken, half of the day at most for all of the clinic's computers together, or what the
doctor's rules say. They are this computer's once the server has said so: send it with sync at once. Up to 14 days ahead.

Examples:
  clinic-batch lease take --doctor "Dr Achieng" --until 2026-11-23T18:00
  clinic-batch lease take --doctor "Dr Achieng" --facility 14052 --date 2026-11-23 --days 5 --until 2026-11-27T17:00
  clinic-batch lease take --doctor "Dr Achieng" --date 2026-11-24 --most 4 --part afternoon --until 2026-11-24T12:00`;

export const LEASE_GIVE_BACK = `
From this moment they are certain here no longer; others can book them once it is sent. What was confirmed already stays.

Examples:
  clinic-batch lease give-back --all
  clinic-batch lease give-back --doctor "Dr Achieng" --date 2026-11-23
  clinic-batch lease give-back --date 2026-11-23 --time 16:20`;

export const MESSAGES = `
What came in since the last sync is not here yet. Who sees the lines of a conversation here has read them: the other side hears of it
with the next sync.

Examples:
  clinic-batch messages
  clinic-batch messages --conversation "Wanjiru Kamau"
  clinic-batch messages --all`;

export const WRITE = `
A message belongs to an appointment, also one that still waits to be sent: it goes behind it. Columns of the file:
  appointment                  its id, or your own reference of the request (the column request of the file it came from)
  patient, patient_card        or the patient, by id, whole name or card, where she has one appointment
  text                         what to write, up to 2,000 characters
  urgent                       yes or no
  request                      your own reference of the message

A line that cannot be read is named with its number and the reason, and stops nothing. Run the same file again after correcting
it or after a power cut: no message is written twice. status and results say where each is: waiting to be sent, sent, arrived (on
a device of the doctor's), read.

Examples:
  clinic-batch write --conversation "Wanjiru Kamau" --text "The fever is back since last night."
  clinic-batch write --conversation L-001 --text "She cannot come on Tuesday." --urgent
  clinic-batch write --from messages.csv`;

export const STATUS = `
Examples:
  clinic-batch status
  clinic-batch status --json`;

export const SYNC = `
Ends with 0 when everything is sent and answered; 3 without a connection, 4 when you have to sign in again, 5 when something
else kept it from finishing, 70 for a fault of this program, 130 when you stopped it. Nothing is lost in any case: run it
again. Several may run at once.

Examples:
  clinic-batch sync
  clinic-batch sync --try-for 3600      goes on trying for an hour
  clinic-batch sync --watch             goes on until Ctrl-C`;

export const RESULTS = `
One line for each line that was read, and for each patient who was typed: its number, your reference, what became of it,
the time that was found, and where it was refused the reason and other times that were free. The column message has it in a line
for the patient, in her language where that is English, Swahili or Hindi, short enough for a text message.

Examples:
  clinic-batch results --to results.csv
  clinic-batch results --to monday.csv --from monday/requests.csv`;
