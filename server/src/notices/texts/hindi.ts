import type { Texts, UrgentWords, Words } from "./words.ts";

/** `Mary: … (Dr Achieng, Kijani)`, as far as names are allowed. */
function named({ patient, doctor, clinic }: Words, text: string): string {
  const to = patient === undefined ? "" : `${patient}: `;
  const names = [doctor, clinic].filter((name) => name !== undefined);
  return `${to}${text}${names.length === 0 ? "" : ` (${names.join(", ")})`}`;
}

/** `… क्लिनिक: Kijani। डॉक्टर: Dr Achieng। …`, as far as names are allowed. */
function urgent({ minutes, doctor, clinic }: UrgentWords): string {
  const where = clinic === undefined ? "" : ` क्लिनिक: ${clinic}।`;
  const who = doctor === undefined ? "" : ` डॉक्टर: ${doctor}।`;
  return `एक ज़रूरी संदेश ${minutes} मिनट से रुका है।${where}${who} HealthBridge खोलें।`;
}

export const hindi: Texts = {
  locale: "hi",
  nameCharacters: 16,
  gsm: false,
  titles: {
    confirmation: "अपॉइंटमेंट तय हुई",
    reminder: "अपॉइंटमेंट की याद",
    change: "अपॉइंटमेंट का समय बदला",
    cancellation: "अपॉइंटमेंट रद्द",
    offer: "एक समय खाली हुआ",
    expiry: "अनुरोध समाप्त",
    urgent: "ज़रूरी संदेश रुका है",
  },
  texts: {
    confirmation: (words) => named(words, `आपकी अपॉइंटमेंट तय है: ${words.when}`),
    reminder: (words) => named(words, `याद रखें, आपकी अपॉइंटमेंट: ${words.when}`),
    change: (words) => named(words, `आपकी अपॉइंटमेंट का नया समय: ${words.when}`),
    cancellation: (words) => named(words, `आपकी अपॉइंटमेंट रद्द हुई: ${words.when}`),
    offer: (words) => named(words, `एक समय खाली हुआ, कृपया जल्दी जवाब दें: ${words.when}`),
    expiry: (words) => named(words, `समय पर पुष्टि नहीं हुई, अनुरोध समाप्त: ${words.when}`),
  },
  urgent,
};
