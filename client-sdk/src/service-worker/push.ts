import { SHOW } from "./messages.ts";
import { notify, pagesOf, tellPages } from "./wake.ts";
import type { ClickEvent, PushingEvent, WorkerScope } from "./worker-scope.ts";
import type { WorkerWords } from "./words.ts";

/** What a push message of the server's says. */
interface PushMessage {
  /** one message of two that are the same */
  readonly key: string;
  readonly title: string;
  readonly text: string;
  readonly language: string;
  readonly appointment: string | undefined;
}

/** Shows what the server sent, and has open pages fetch what it is about. */
export async function showPush(
  scope: WorkerScope,
  words: WorkerWords,
  { data }: PushingEvent,
): Promise<void> {
  const message = read(data);
  // A browser that is woken and shows nothing shows something of its own, and soon wakes the app no longer.
  if (message === undefined) await notify(scope, words.news.title, { body: words.news.text, tag: NEWS });
  else
    await notify(scope, message.title, {
      body: message.text,
      lang: message.language,
      tag: message.key,
      data: { appointment: message.appointment },
    });
  await tellPages(scope);
}

/** Shows the app at what a notification was about: a page that is open, or a new one. */
export async function openFrom(
  scope: WorkerScope,
  { notification }: ClickEvent,
  addressOf: (appointment: string | undefined) => string,
): Promise<void> {
  notification.close();
  const appointment = textOf(notification.data, "appointment");
  for (const page of await pagesOf(scope)) {
    if (page.focus === undefined) continue;
    await page.focus();
    page.postMessage({ type: SHOW, appointment });
    return;
  }
  await scope.clients.openWindow(addressOf(appointment));
}

const NEWS = "healthbridge-news";

function read(data: PushingEvent["data"]): PushMessage | undefined {
  try {
    const message: unknown = data?.json();
    const [key, title, text] = ["key", "title", "text"].map((name) => textOf(message, name));
    if (key === undefined || title === undefined || text === undefined) return undefined;
    const language = textOf(message, "language") ?? "";
    return { key, title, text, language, appointment: textOf(message, "appointment") };
  } catch {
    return undefined; // no JSON
  }
}

function textOf(value: unknown, name: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const text: unknown = Reflect.get(value, name);
  return typeof text === "string" ? text : undefined;
}
