/** A patient's journeys in a real browser: with and without a network, on a thin line, killed, in two tabs, on a full phone, on a phone that forgets. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Device, type DeviceOptions } from "./support/device.ts";
import { PatientApp } from "./support/patient.ts";
import { openSite, type Site } from "./support/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

/** For what has to go over a 2G line, which may lose a packet and wait for seconds. */
const SLOWLY_MS = 90_000;
/** Each journey asks for a time of its own: how many free times it leaves out before. */
let left = 0;
const nextTime = (): number => (left += 2);

/** A patient who is in, and has looked at the demo's doctor. */
async function begin(device: Device): Promise<PatientApp> {
  const app = new PatientApp(await device.open("patient"));
  await app.enter("patient");
  await app.lookAtDoctor(site.doctor);
  await device.offlineReady(app.page);
  return app;
}

/** The app again, from what the device kept. */
async function openAgain(device: Device): Promise<PatientApp> {
  const app = new PatientApp(await device.open("patient"));
  await app.unlock();
  return app;
}

const newDevice = (options?: DeviceOptions): Promise<Device> => Device.open(site, options);

async function statuses(reason: string): Promise<readonly string[]> {
  return (await site.appointments(reason)).map(({ status }) => status);
}

describe("a patient", () => {
  test("online: asks for a time and sees it booked", async () => {
    await using device = await newDevice();
    const app = await begin(device);
    const time = await app.ask(nextTime(), "online: a cough");
    await app.certaintyBecomes(time, "Booked");
    expect(await statuses("online: a cough")).toEqual(["booked"]);
    expect(device.complaints).toEqual([]);
  });

  test("in airplane mode: the app starts, takes the request, says that it waits, and never that it is booked; then it is", async () => {
    await using device = await newDevice();
    await (await begin(device)).page.close();
    await device.airplaneMode(true);
    const app = await openAgain(device);
    await app.goTo("Find");
    await app.chooseDoctor(site.doctor);
    const time = await app.ask(nextTime(), "offline: a fever");
    await app.certaintyBecomes(time, "Waiting to be sent");
    expect(await app.certainty(time)).not.toContain("Booked");
    await app.statusBecomes("1 waiting to be sent; no connection");
    expect(await statuses("offline: a fever")).toEqual([]);
    await device.airplaneMode(false);
    await app.certaintyBecomes(time, "Booked");
    expect(await statuses("offline: a fever")).toEqual(["booked"]);
    expect(device.complaints).toEqual([]);
  });

  test("on a 2G line: the same, only later", async () => {
    await using device = await newDevice();
    const app = await begin(device);
    device.slowLine(true);
    const time = await app.ask(nextTime(), "2G: a rash");
    await app.certaintyBecomes(time, "Booked", SLOWLY_MS);
    expect(await statuses("2G: a rash")).toEqual(["booked"]);
  });

  test("killed with requests that wait, and again in the middle of sending: nothing is lost, nothing happens twice", async () => {
    await using device = await newDevice();
    const first = await begin(device);
    await device.airplaneMode(true);
    const times = [await first.ask(nextTime(), "killed: first")];
    await first.goTo("Find");
    await first.chooseDoctor(site.doctor);
    times.push(await first.ask(nextTime(), "killed: second"));
    await device.kill();

    await device.switchOn();
    const second = await openAgain(device);
    for (const time of times) await second.certaintyBecomes(time, "Waiting to be sent");
    // The request gets through, and no answer comes back.
    await device.airplaneMode(false);
    device.line.pause();
    await second.statusBecomes(/^Sending/);
    await device.kill();
    device.line.resume();

    await device.switchOn();
    const third = await openAgain(device);
    for (const time of times) await third.certaintyBecomes(time, "Booked");
    expect(await statuses("killed: first")).toEqual(["booked"]);
    expect(await statuses("killed: second")).toEqual(["booked"]);
  });

  test("in two tabs: both show both requests, and each is sent once", async () => {
    await using device = await newDevice();
    const one = await begin(device);
    const other = await openAgain(device);
    await device.airplaneMode(true);
    const first = await one.ask(nextTime(), "tabs: one");
    await other.goTo("Find");
    await other.chooseDoctor(site.doctor);
    const second = await other.ask(nextTime(), "tabs: other");
    for (const tab of [one, other])
      for (const time of [first, second]) await tab.certaintyBecomes(time, "Waiting to be sent");
    await device.airplaneMode(false);
    for (const tab of [one, other])
      for (const time of [first, second]) await tab.certaintyBecomes(time, "Booked");
    expect(await statuses("tabs: one")).toEqual(["booked"]);
    expect(await statuses("tabs: other")).toEqual(["booked"]);
    expect(device.complaints).toEqual([]);
  });

  test("on a full phone: is told that nothing could be kept, keeps what was there, and goes on once there is room", async () => {
    await using device = await newDevice({ roomBytes: 6_000_000 });
    const app = await begin(device);
    await device.airplaneMode(true);
    const before = await app.ask(nextTime(), "full: before");
    await device.fillUp(app.page);
    const kept = [before];
    let which = 0;
    // What the app had set aside for such an hour may take the first.
    for (;;) {
      await app.goTo("Find");
      await app.chooseDoctor(site.doctor);
      which += 1;
      const time = await app.tryToAsk(nextTime(), `full: ${String(which)}`);
      if (!(await app.wasKept())) break;
      kept.push(time);
      await device.fillUp(app.page);
    }
    await app.page.getByText("This device is full").waitFor();
    await device.makeRoom();
    const roomy = await openAgain(device);
    for (const time of kept) await roomy.certaintyBecomes(time, "Waiting to be sent");
    await device.airplaneMode(false);
    for (const time of kept) await roomy.certaintyBecomes(time, "Booked");
    await roomy.statusBecomes("Everything is sent");
    expect(await statuses("full: before")).toEqual(["booked"]);
    for (let each = 1; each < which; each += 1)
      expect(await statuses(`full: ${String(each)}`)).toEqual(["booked"]);
    expect(await statuses(`full: ${String(which)}`)).toEqual([]);
  });

  test("on a phone that threw everything away: is told what is lost, and finds at the server what was sent", async () => {
    await using device = await newDevice();
    const app = await begin(device);
    const sent = await app.ask(nextTime(), "evicted: sent");
    await app.certaintyBecomes(sent, "Booked");
    await device.airplaneMode(true);
    await app.goTo("Find");
    await app.chooseDoctor(site.doctor);
    await app.ask(nextTime(), "evicted: waited");
    await app.notedBecomes(1);
    await app.page.close();
    await device.evict();
    await device.airplaneMode(false);
    const again = new PatientApp(await device.open("patient"));
    await again.enter("patient");
    await again.page.getByText("1 thing that was not sent is lost").waitFor();
    await again.certaintyBecomes(sent, "Booked");
    expect(await statuses("evicted: waited")).toEqual([]);
  });

  test.each([
    ["fast", 26],
    ["slow", -26],
  ])("with a clock that is a day %s: gets the time she pressed", async (_, hours) => {
    await using device = await newDevice({ clockOffMs: hours * 3_600_000 });
    const app = await begin(device);
    const reason = `clock: ${String(hours)} hours`;
    const time = await app.ask(nextTime() + 12, reason);
    await app.certaintyBecomes(time, "Booked");
    const [agreed] = await site.appointments(reason);
    expect(agreed?.status).toBe("booked");
    expect(wall(agreed?.startAt ?? 0)).toBe(time);
  });

  test("signed out with a request that waits: it stays, sealed, and is sent once she is back", async () => {
    await using device = await newDevice();
    const app = await begin(device);
    await device.airplaneMode(true);
    const time = await app.ask(nextTime(), "signed out: a tooth");
    await app.signOut("1 thing is not sent yet. It stays on this device, sealed for you");
    await app.page.getByText("1 thing stays here, sealed, until the next sign-in").waitFor();
    await device.airplaneMode(false);
    expect(await statuses("signed out: a tooth")).toEqual([]);
    await app.page.getByRole("button", { name: /^patient/ }).click();
    await app.typePin();
    await app.signInAgain("patient");
    await app.certaintyBecomes(time, "Booked");
    expect(await statuses("signed out: a tooth")).toEqual(["booked"]);
  });

  test("in a browser that does not say which databases it has: everything is counted, and she can sign out", async () => {
    await using device = await newDevice();
    // As Firefox did before 126, and some web views do.
    await device.context.addInitScript(() =>
      Object.defineProperty(IDBFactory.prototype, "databases", { value: undefined }),
    );
    const app = await begin(device);
    await app.statusBecomes("Everything is sent");
    await device.airplaneMode(true);
    await app.ask(1, "untold: an eye"); // it is never sent: nobody else goes without
    await app.statusBecomes("1 waiting to be sent; no connection");
    await app.signOut("1 thing is not sent yet. It stays on this device, sealed for you");
    await app.page.getByText("1 thing stays here, sealed, until the next sign-in").waitFor();
    expect(device.complaints).toEqual([]);
  });

  test("beside somebody else on one phone: each sees her own, and what waits of the one is not sent by the other", async () => {
    await using device = await newDevice();
    const mother = await begin(device);
    await device.airplaneMode(true);
    const time = await mother.ask(nextTime(), "family phone: the mother");
    await mother.lock("patient");
    await device.airplaneMode(false);
    const son = { login: "ekai.phone", password: "a hundred camels walk to the lake", name: "Ekai Phone" };
    await site.register(son);
    await mother.somebodyNew();
    await mother.signIn(son);
    await mother.choosePin("482915730164");
    await mother.isIn();
    await mother.statusBecomes("Everything is sent");
    expect(await mother.page.getByText(time).count()).toBe(0);
    expect(await statuses("family phone: the mother")).toEqual([]);
    await mother.lock(son.login);
    await mother.page.getByRole("button", { name: /^patient/ }).click();
    await mother.unlock();
    await mother.certaintyBecomes(time, "Booked");
    expect(await statuses("family phone: the mother")).toEqual(["booked"]);
  });
});

/** How the app writes a start, by the clinic's wall. */
function wall(startAt: number): string {
  const zone = { timeZone: "Africa/Nairobi" };
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", ...zone });
  const time = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...zone,
  });
  return `${day.format(startAt)}, ${time.format(startAt)}`;
}
