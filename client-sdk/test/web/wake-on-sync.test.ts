import { wakeOnSync, type WakeOptions } from "@healthbridge/client-sdk/web";
import { expect, test } from "vitest";
import { clinic } from "../support/clinic.ts";
import { FakeBrowser, FakeContainer } from "../support/fake-browser.ts";
import { settled } from "../support/fake-runtime.ts";
import { scene, useNetwork } from "../support/scene.ts";

useNetwork();

async function waking(options: Partial<WakeOptions> = {}) {
  const at = scene();
  const browser = new FakeBrowser();
  const container = new FakeContainer();
  browser.serviceWorker = container;
  const hb = await at.ready();
  const wakes = wakeOnSync({ hb, page: browser, ...options });
  await settled();
  const register = async () => {
    await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    await settled();
  };
  return { ...at, hb, container, wakes, register };
}

const offline = () => {
  throw new TypeError("no network");
};

/** The worker asks, and hears what the page answers. */
function wake(container: FakeContainer, lastChance = false): unknown[] {
  const answers: unknown[] = [];
  const port = { postMessage: (answer: unknown) => answers.push(answer) };
  container.emit("message", { data: { type: "healthbridge:wake", lastChance }, ports: [port] });
  return answers;
}

test("a browser without service workers wakes nobody, and that is a state", async () => {
  const { ready } = scene();
  const wakes = wakeOnSync({ hb: await ready(), page: new FakeBrowser() });
  expect(wakes.state.get()).toEqual({ whenOnline: "unsupported", forNews: "unsupported" });
  wakes.stop();
});

test("the browser is asked to wake the app as soon as something waits, and again for what waits later", async () => {
  const { hb, container, wakes, register } = await waking();
  expect(container.registration.synced).toEqual([]);
  await register();
  await register();
  expect(container.registration.synced).toEqual(["healthbridge-waiting"]);
  expect(wakes.state.get().whenOnline).toBe("on");
  await hb.sync();
  await register();
  expect(container.registration.synced).toHaveLength(2);
});

test("attempts that fail do not ask again: a browser that has a network would wake the app at once, each time", async () => {
  const { hb, line, container, register } = await waking();
  hb.start();
  line.faults.push(offline, offline);
  await register();
  const answers = wake(container);
  await settled();
  expect(answers).toEqual(["syncs", "not sent"]);
  await hb.sync();
  expect(container.registration.synced).toEqual(["healthbridge-waiting"]);
});

test("a browser that gave up is asked again, once the app has tried by itself", async () => {
  const { hb, line, container, register } = await waking();
  hb.start();
  line.faults.push(offline, offline, offline);
  await register();
  wake(container, true);
  await settled();
  expect(container.registration.synced).toHaveLength(1);
  await hb.sync();
  expect(container.registration.synced).toHaveLength(2);
});

test("the app syncs when its worker asks, until it is stopped", async () => {
  const { hb, line, container, wakes, register } = await waking();
  hb.start();
  await settled();
  line.faults.push(offline);
  await register();
  expect(hb.waiting()).toHaveLength(1);
  const answers = wake(container);
  await settled();
  expect(answers).toEqual(["syncs", "sent"]);
  expect(hb.waiting()).toEqual([]);
  wakes.stop();
  line.faults.push(offline);
  await register();
  expect(wake(container)).toEqual([]);
  await settled();
  expect(hb.waiting()).toHaveLength(1);
});

test("a device that sends just now is waited for, and not asked to do it once more", async () => {
  const { hb, line, container, register } = await waking();
  hb.start();
  await settled();
  line.seen.length = 0;
  const cut = Promise.withResolvers<void>();
  line.faults.push(async (_, go) => {
    await cut.promise;
    return go();
  });
  await register();
  const answers = wake(container);
  await settled();
  expect(answers).toEqual(["syncs"]);
  cut.resolve();
  await settled();
  expect(answers).toEqual(["syncs", "sent"]);
  expect(line.syncs).toHaveLength(1);
});

test("who is stopped while the device sends says that not all is sent", async () => {
  const { hb, line, container, wakes, register } = await waking();
  hb.start();
  await settled();
  line.faults.push(() => new Promise<Response>(() => undefined));
  await register();
  const answers = wake(container);
  wakes.stop();
  await settled();
  expect(answers).toEqual(["syncs", "not sent"]);
});

test("a device that was stopped is left so: a limit on data holds while the app is closed as well", async () => {
  const { hb, container, register } = await waking();
  await register();
  expect(wake(container)).toEqual(["syncs", "sent"]); // the browser need not try again
  await settled();
  expect(hb.waiting()).toHaveLength(1);
});

test("news is asked for twice a day, or not at all, and a refusal is a state", async () => {
  const { container, wakes } = await waking();
  expect(container.registration.periodic).toEqual(["healthbridge-news"]);
  expect(wakes.state.get().forNews).toBe("on");
  const without = await waking({ newsEvery: false });
  expect(without.container.registration.periodic).toEqual([]);
  const browser = new FakeBrowser();
  browser.serviceWorker = new FakeContainer();
  browser.serviceWorker.registration.wakes = "refused";
  const refused = wakeOnSync({ hb: without.hb, page: browser });
  await without.register();
  expect(refused.state.get()).toEqual({ whenOnline: "refused", forNews: "refused" });
});
