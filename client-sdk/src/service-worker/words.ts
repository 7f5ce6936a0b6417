/** A message of a worker's own. No health detail: a phone lies on a table, and is often a family's. */
export interface WorkerMessage {
  readonly title: string;
  readonly text: string;
}

/** What a worker says by itself. */
export interface WorkerWords {
  /** where something waits, a network is there, and no page is open that could send it */
  readonly waiting: WorkerMessage;
  /** for a push message that cannot be read */
  readonly news: WorkerMessage;
}

const ENGLISH: WorkerWords = {
  waiting: { title: "Something waits to be sent", text: "Open the app, and it is sent." },
  news: { title: "There is news", text: "Open the app to see it." },
};

const WORDS: Readonly<Record<string, WorkerWords>> = {
  en: ENGLISH,
  sw: {
    waiting: { title: "Kuna kinachosubiri kutumwa", text: "Fungua programu, nacho kitatumwa." },
    news: { title: "Kuna habari mpya", text: "Fungua programu uzione." },
  },
  hi: {
    waiting: { title: "कुछ भेजा जाना बाकी है", text: "ऐप खोलें, वह भेज दिया जाएगा।" },
    news: { title: "नई सूचना है", text: "देखने के लिए ऐप खोलें।" },
  },
};

/** The words for a browser of these languages; English where none of them is ours. */
export function wordsFor(languages: readonly string[]): WorkerWords {
  for (const language of languages) {
    const words = WORDS[language.toLowerCase().replace(/-.*/, "")];
    if (words !== undefined) return words;
  }
  return ENGLISH;
}
