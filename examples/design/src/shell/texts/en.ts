import type { Catalogue } from "../speech.ts";

/** What the shell says, in English. */
export const en = {
  language: "Language",
  close: "Close",
  cancel: "Cancel",
  back: "Back",
  tryAgain: "Try again",
  opening: "Opening",

  whoAreYou: "Who are you?",
  whoLead: "Several people use this device. What each has here is locked with their own PIN.",
  somebodyElse: "Somebody else",
  waitingHere: { one: "{n} thing is waiting to be sent", other: "{n} things are waiting to be sent" },

  signIn: "Sign in",
  signInLead: "The first time here needs a network. After that the app opens without one.",
  signInAgain: "Sign in again",
  signInAgainLead: "Everything that is kept here stays. It is sent once you have signed in.",
  login: "User name",
  password: "Password",
  showPassword: "Show the password",
  needLogin: "Write your user name.",
  needPassword: "Write your password.",
  credentialsWrong: "User name or password is wrong. Look at both and try again.",
  offline: "The server cannot be reached. Signing in needs a network; try again when there is one.",
  rateLimited: "Too many tries. Wait a minute, then try again.",
  notNow: "That did not work just now. Try again in a moment.",
  otherApp: "This account is not for this app. Its own app is at {address}.",

  choosePin: "Choose a PIN for this device",
  choosePinLead: "It opens the app, also without a network. Without it nobody can read what is kept here.",
  pinLength: { one: "{n} digit or more", other: "{n} digits or more" },
  repeatPin: "The same PIN again",
  pinsDiffer: "These were two different PINs. Choose one anew.",
  pinOf: "PIN of {name}",
  alreadyHere: "You are on this device already. Your PIN opens what is yours.",
  pinWrong: "That is not the PIN.",
  pinTriesLeft: {
    one: "That is not the PIN. {n} more try before you have to wait.",
    other: "That is not the PIN. {n} more tries before you have to wait.",
  },
  pinWait: "Too many wrong PINs. Wait {time} before the next try.",
  pinWeak: "That PIN is too easy to guess. Choose another.",
  newPin: "New PIN",
  oldPin: "Your PIN now",
  changePin: "Change the PIN",
  pinChanged: "The PIN is changed.",
  usePasskey: "Use fingerprint, face or screen lock",
  addPasskey: "Open with fingerprint, face or screen lock",
  passkeyAdded: "From now on that opens it as well.",
  passkeyRefused: "That did not work. The PIN opens it as always.",
  deleteDigit: "Delete the last digit",
  done: "Done",
  forgotPin: "I forgot my PIN",
  forgotLead:
    "Without the PIN nobody can read what is kept here for {name}. You can start over with your password: what was sent is at the server and comes back.",
  forgotLoses: {
    one: "{n} thing that was not sent yet is lost.",
    other: "{n} things that were not sent yet are lost.",
  },
  forgotUnsure: "What was not sent yet is lost.",
  startOver: "Delete it and start over",

  lockNow: "Lock now",
  signOut: "Sign out",
  signOutSent:
    "Everything is sent. What this device keeps of yours is deleted, also what you began to write and did not send.",
  signOutWaiting: {
    one: "{n} thing is not sent yet. It stays on this device, sealed for you, and is sent when you sign in here again.",
    other:
      "{n} things are not sent yet. They stay on this device, sealed for you, and are sent when you sign in here again.",
  },
  signedOut: "{name} is signed out.",
  signedOutWaiting: {
    one: "{name} is signed out. {n} thing stays here, sealed, until the next sign-in.",
    other: "{name} is signed out. {n} things stay here, sealed, until the next sign-in.",
  },

  lookingForNews: "Looking for news",
  sending: { one: "Sending, {n} to go", other: "Sending, {n} to go" },
  waiting: { one: "{n} waiting to be sent", other: "{n} waiting to be sent" },
  allSent: "Everything is sent",
  nothingWaiting: "Nothing waiting",
  noConnection: "no connection",
  pleaseSignIn: "please sign in",
  pleaseUpdate: "please update the app",
  sendNow: "Send now",
  toBeSent: "waiting to be sent",
  certainHere: "certain, waiting to be sent",

  becameOfIt: "What became of it",
  understood: "Understood",
  notDone: "Not done: {what}",

  newVersion: "A new version of the app is here.",
  useNow: "Use it now",
  pinOnce: "You will be asked for your PIN once.",
  spaceTight: "This device is nearly full. What you do is still kept; make room soon.",
  spaceFull: "This device is full. Only what is urgent can still be kept: make room now.",
  evicted: {
    one: "This device has thrown away what the app kept. {n} thing that was not sent is lost.",
    other: "This device has thrown away what the app kept. {n} things that were not sent are lost.",
  },
  evictedNothing:
    "This device has thrown away what the app kept. Everything of it was sent before: sign in and it comes back.",
  mayBeThrown: "When this device runs low it may throw away what is kept here.",
  keepIt: "Keep it safe",

  viewBroken: "This could not be shown",
  viewBrokenLead: "What you have done is kept on this device and nothing of it is lost.",
  broken: "This could not be opened",
  brokenLead: "Nothing that is kept here was changed. Close other windows of this app and try again.",
  brokenFull: "This device is full. Make room on it, then try again.",
  needsHttps:
    "This page is not at a secure address (https), so what it keeps could not be locked. Ask whoever runs the server for the secure one.",
  brokenCode: "If it happens again, tell whoever helps you: {code}",
} as const satisfies Catalogue;

export type ShellKey = keyof typeof en;
