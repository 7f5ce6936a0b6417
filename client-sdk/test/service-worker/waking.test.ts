import { serveApp, type ServeAppOptions } from "@healthbridge/client-sdk/service-worker";
import { describe, expect, test } from "vitest";
import { FakePage, FakeWorker } from "../support/fake-worker.ts";

const WAKE = { type: "healthbridge:wake", lastChance: false };
const WAITING = "healthbridge-waiting";
const NEWS = "healthbridge-news";

function worker(options: Partial<ServeAppOptions> = {}): FakeWorker {
  const fake = new FakeWorker();
  serveApp(fake, { name: "patient", assets: [], shell: "/patient/index.html", ...options });
  return fake;
}

describe("when a network comes back while something waits", () => {
  test("open pages of the app sync, and nobody is told anything", async () => {
    let called = 0;
    const fake = worker({ sync: async () => void (called += 1) });
    const [ours, others] = [new FakePage(), new FakePage("https://health.example/clinic/")];
    fake.pages.push(ours, others);
    await fake.sync({ tag: WAITING });
    expect(ours.said).toEqual([WAKE]);
    expect(others.said).toEqual([]);
    expect(called).toBe(0);
    expect(fake.shown).toEqual([]);
  });

  test("a page that does not sync (it is locked, or frozen) is as good as none", async () => {
    let called = 0;
    const fake = worker({ sync: async () => void (called += 1) });
    fake.impatient = true;
    fake.pages.push(new FakePage(undefined, []));
    await fake.sync({ tag: WAITING });
    expect(called).toBe(1);
  });

  test("what a page could not send is tried again by the browser, and after the last try she is told", async () => {
    const fake = worker();
    fake.pages.push(new FakePage(undefined, ["syncs", "not sent"]));
    await expect(fake.sync({ tag: WAITING, lastChance: false })).rejects.toThrow("not all sent");
    expect(fake.shown).toEqual([]);
    await expect(fake.sync({ tag: WAITING, lastChance: true })).rejects.toThrow("not all sent");
    expect(fake.shown).toHaveLength(1);
    expect(fake.pages[0]?.said).toEqual([WAKE, { ...WAKE, lastChance: true }]);
  });

  test("a page that began to sync and says no more has not sent it", async () => {
    const fake = worker();
    fake.pages.push(new FakePage(undefined, ["syncs"]));
    const woken = fake.sync({ tag: WAITING });
    await expect.poll(() => fake.timers.length).toBe(2);
    fake.timers[1]?.(); // the time in which it says how it ended
    await expect(woken).rejects.toThrow("not all sent");
  });

  test("she is told while the app is locked, but not while she looks at it", async () => {
    const fake = worker();
    fake.impatient = true;
    const page = new FakePage(undefined, []);
    fake.pages.push(page);
    page.visibilityState = "visible";
    await fake.sync({ tag: WAITING });
    expect(fake.shown).toEqual([]);
    page.visibilityState = "hidden";
    await fake.sync({ tag: WAITING });
    expect(fake.shown).toHaveLength(1);
  });

  test("the app's own callback sends where no page is open", async () => {
    let called = 0;
    const fake = worker({ sync: async () => void (called += 1) });
    await fake.sync({ tag: WAITING });
    expect(called).toBe(1);
    expect(fake.shown).toEqual([]);
  });

  test("what the callback could not do is tried again, and after the last try she is told", async () => {
    const fake = worker({ sync: () => Promise.reject(new Error("no network after all")) });
    await expect(fake.sync({ tag: WAITING, lastChance: false })).rejects.toThrow("no network after all");
    expect(fake.shown).toEqual([]);
    await expect(fake.sync({ tag: WAITING, lastChance: true })).rejects.toThrow("no network after all");
    expect(fake.shown).toHaveLength(1);
  });

  test("the report of a device's own sync counts: where that ended early the browser tries again", async () => {
    const report = { done: false, problem: { code: "offline" } };
    const fake = worker({ sync: async () => report });
    await expect(fake.sync({ tag: WAITING, lastChance: true })).rejects.toThrow("not all sent");
    expect(fake.shown).toHaveLength(1);
    await worker({ sync: async () => ({ done: true, problem: undefined }) }).sync({ tag: WAITING });
  });

  test("she is told in the app's words, once, where neither can send", async () => {
    const waiting = { title: "Kuna kinachosubiri kutumwa", text: "Fungua programu ili itumwe." };
    const fake = worker({ words: { waiting } });
    await fake.sync({ tag: WAITING });
    await fake.sync({ tag: WAITING });
    expect(new Set(fake.shown.map(({ options }) => options.tag)).size).toBe(1);
    expect(fake.shown[0]).toMatchObject({ title: waiting.title, options: { body: waiting.text } });
  });

  test.each([
    [["sw-KE", "en"], "Kuna kinachosubiri kutumwa"],
    [["luo", "hi"], "कुछ भेजा जाना बाकी है"],
    [["fr"], "Something waits to be sent"],
  ])("she is told in the browser's language (%s)", async (languages, title) => {
    const fake = new FakeWorker();
    fake.navigator.languages = languages;
    serveApp(fake, { name: "patient", assets: [], shell: "/patient/index.html" });
    await fake.sync({ tag: WAITING });
    expect(fake.shown[0]?.title).toBe(title);
  });

  test("nothing breaks where she has not permitted to be told", async () => {
    const fake = worker();
    fake.permitted = false;
    await fake.sync({ tag: WAITING });
    expect(fake.shown).toEqual([]);
  });
});

test("now and then news is looked for, and she is not told of that", async () => {
  const fake = worker();
  await fake.periodicSync(NEWS);
  expect(fake.shown).toEqual([]);
  fake.pages.push(new FakePage());
  await fake.periodicSync(NEWS);
  expect(fake.pages[0]?.said).toEqual([WAKE]);
});

describe("a push message", () => {
  const letter = {
    key: "k1",
    kind: "reminder",
    title: "Reminder",
    text: "Your appointment: Wednesday, 25 Nov, 10:00.",
    language: "en",
    appointment: "appointmentappoi.1",
  };

  test("is shown as the server wrote it, one for each key, and open pages fetch what it is about", async () => {
    const fake = worker();
    fake.pages.push(new FakePage());
    await fake.push({ json: () => letter });
    expect(fake.shown).toEqual([
      {
        title: letter.title,
        options: { body: letter.text, lang: "en", tag: "k1", data: { appointment: letter.appointment } },
      },
    ]);
    expect(fake.pages[0]?.said).toEqual([{ type: WAKE.type }]);
  });

  test.each([
    ["without content", null],
    ["of another form", { json: () => ({ title: "no text" }) }],
    [
      "that is no JSON",
      {
        json: () => {
          throw new SyntaxError("no JSON");
        },
      },
    ],
  ])("%s says that there is news, and no more", async (_, data) => {
    const fake = worker();
    await fake.push(data);
    expect(fake.shown.map(({ title }) => title)).toEqual(["There is news"]);
  });

  test("that is clicked opens the app at its appointment", async () => {
    const fake = worker({ addressOf: (appointment) => `/patient/index.html#${appointment}` });
    let closed = 0;
    const notification = { data: { appointment: letter.appointment }, close: () => void (closed += 1) };
    await fake.click(notification);
    expect(fake.opened).toEqual([`/patient/index.html#${letter.appointment}`]);
    fake.pages.push(new FakePage());
    await fake.click(notification);
    expect(fake.opened).toHaveLength(1);
    expect(fake.pages[0]).toMatchObject({
      focused: true,
      said: [{ type: "healthbridge:show", appointment: letter.appointment }],
    });
    expect(closed).toBe(2);
  });

  test("that is about nothing in particular opens the app", async () => {
    const fake = worker();
    await fake.click({ data: undefined, close: () => undefined });
    expect(fake.opened).toEqual(["/patient/index.html"]);
  });
});
