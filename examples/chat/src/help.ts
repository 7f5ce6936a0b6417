/** What `--help` says below the options: examples first. */
export const HELP = `
Two people in two terminals, with the accounts of the demo (npm start prints their passwords):
  npm run chat -- --login staff
  npm run chat -- --login doctor

The password is asked for once and not shown; later starts need neither it nor a network. Where nobody can be asked, put it into
$CHAT_PASSWORD. Everything is kept in one folder (--folder); who has the folder can read what is written there.

More examples:
  npm run chat -- --url https://health.example --login amina
  npm run chat -- --login amina --with "Ekai Lokwang"       opens a conversation at once
  echo "The fever is back." | npm run chat -- --login amina --with Ekai
                                                          in a pipe it writes lines and draws nothing

In the program /help lists what can be typed. Pull the plug at any moment: what was written is kept, is sent when there is a network, and is
there once.`;

/** What can be typed, one a line. */
export const COMMANDS: readonly string[] = [
  "What you type is written into the conversation that is open. With the list before you, a number or a",
  "patient's name opens one.",
  "",
  "/list           all conversations",
  "/open WHO       another conversation, by its number or the patient's name",
  "/older, /newer  older lines, also such as this device does not hold (needs a network); and back",
  "/search TEXT    lines with a text, on this device and at the server",
  "/attach FILE    a photo or a voice note; it is sent after everything else, and goes on where the line broke",
  "/save N FOLDER  writes what is attached to line N into a folder (needs a network)",
  "/withdraw N     takes back your line N; without a number your newest. It keeps its place, its text goes",
  "/dismiss        takes lines that were refused from the screen",
  "/hand-over WHO  another doctor answers from now on (for the doctor, and who keeps her hours)",
  "/close, /reopen nobody writes here any more; it goes on (for the same)",
  "/help           this",
  "/quit           ends; what waits is kept and sent the next time",
  "//              before a text that begins with a stroke",
  "",
  "Each line of yours says where it is: waiting to be sent (on this device), sent (the server has it), arrived (on a",
  "device of the other side), read; or not sent, and why.",
];
