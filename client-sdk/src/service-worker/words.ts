/** A message of a worker's own. No health detail: a phone lies on a table, and is often a family's. */
export interface WorkerMessage {
  readonly title: string;
  readonly text: string;
}

/** What a worker says by itself, in the app's language. */
export interface WorkerWords {
  /** where something waits, a network is there, and no page is open that could send it */
  readonly waiting: WorkerMessage;
  /** for a push message that cannot be read */
  readonly news: WorkerMessage;
}

export const ENGLISH: WorkerWords = {
  waiting: { title: "Something waits to be sent", text: "Open the app, and it is sent." },
  news: { title: "There is news", text: "Open the app to see it." },
};
