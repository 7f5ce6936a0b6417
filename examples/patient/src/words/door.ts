import { createWords } from "@healthbridge/example-design/shell";

/** What is said before anybody is in; the rest of what the app says comes when somebody is. */
const en = {
  openAccount: "Open an account",
  needsNetwork: "There is no connection. An account can only be opened with one.",
};
type DoorKey = keyof typeof en;
const sw: Readonly<Record<DoorKey, string>> = {
  openAccount: "Fungua akaunti",
  needsNetwork: "Hakuna mtandao. Akaunti inaweza kufunguliwa kwa mtandao tu.",
};
const hi: Readonly<Record<DoorKey, string>> = {
  openAccount: "खाता खोलें",
  needsNetwork: "नेटवर्क नहीं है। खाता केवल नेटवर्क के साथ खोला जा सकता है।",
};

export const doorWords = createWords<DoorKey>(en, { sw: async () => sw, hi: async () => hi });
