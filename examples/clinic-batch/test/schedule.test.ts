import type { DoctorDay } from "@healthbridge/client-sdk/schedule";
import { FakeServer } from "@healthbridge/client-sdk/testing";
import { describe, expect, it, vi } from "vitest";
import { dayPicture, weekPicture } from "../src/sheet-picture.ts";
import { type Desk, openDesk } from "./support/desk.ts";

const URL = "http://127.0.0.1:8080";
const PASSWORD = "a sentence only I know";

interface Clinic {
  readonly desk: Desk;
  readonly server: FakeServer;
}

async function openClinic(): Promise<Clinic> {
  const desk = await openDesk({ env: { CLINIC_BATCH_PASSWORD: PASSWORD } });
  const server = new FakeServer();
  const { id: clinic } = server.addClinic({ name: "Kitui", lat: -1.37, lng: 38.01, code: "14052" });
  const { id } = server.addDoctor({ clinic, name: "Dr Achieng", hours: { from: "09:00", to: "11:00" } });
  server.apply("doctor.update", { doctor: id, fee: { amount: 50_000, currency: "KES" } });
  server.addAccount({ login: "amina", password: PASSWORD, role: "staff", clinics: [clinic] });
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => server.fetch(new Request(url, init)));
  expect(await desk.type("sign-in", "--server", URL, "--name", "amina")).toBe(0);
  desk.said.length = 0;
  return { desk, server };
}

/** Eight days from now: whatever the hour, nothing of it has passed. */
const DATE = new Date(Date.now() + 8 * 86_400_000).toISOString().slice(0, 10);

describe("a doctor's week at the desk", () => {
  it("is drawn in 80 columns, with what waits to be sent", async () => {
    const { desk } = await openClinic();
    await using _desk = desk;
    const file = await desk.put(
      "r.csv",
      "patient_name,doctor,facility_code,date,time",
      `Wanjiru Kamau,Dr Achieng,14052,${DATE},09:20`,
    );
    expect(await desk.type("book", "--from", file)).toBe(0);
    desk.said.length = 0;
    expect(await desk.type("week", "--doctor", "Dr Achieng", "--from", DATE)).toBe(0);
    const [title, head, nine, ten] = desk.said;
    expect(title).toBe(`Dr Achieng, the week from ${DATE} (Africa/Nairobi)`);
    expect(head).toMatch(/^ {6}(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d {4}/);
    expect(nine).toBe("09:00 .?.       ...       ...       ...       ...       ...       ...");
    expect(ten).toBe("10:00 ...       ...       ...       ...       ...       ...       ...");
    expect(desk.said.at(-1)).toContain("? waiting to be sent");
    for (const line of desk.said) expect(line.length).toBeLessThanOrEqual(80);
    desk.said.length = 0;
    await desk.type("sync");
    await desk.type("day", "--doctor", "Dr Achieng", "--from", DATE);
    expect(desk.said).toContain("09:20  #  Wanjiru Kamau, booked");
    expect(desk.said).toContain("09:40  .  free");
  });

  it("says what is not here, and brings it with the next sync", async () => {
    const { desk, server } = await openClinic();
    await using _desk = desk;
    const far = server.addDoctor({ clinic: server.addClinic({ name: "Lodwar" }).id, name: "Dr Ekal" });
    await desk.type("sync");
    desk.said.length = 0;
    expect(await desk.type("week", "--doctor", far.id)).toBe(0);
    expect(desk.said.join("\n")).toContain("Nothing of this is on this computer yet.");
    await desk.type("sync");
    desk.said.length = 0;
    await desk.type("week", "--doctor", far.id);
    expect(desk.said.join("\n")).toMatch(/09:00 \.\.\. /);
  });

  it("asks whose, and for a date that is one", async () => {
    const { desk } = await openClinic();
    await using _desk = desk;
    expect(await desk.type("week")).toBe(1);
    expect(desk.warned.at(-1)).toContain("--doctor");
    expect(await desk.type("day", "--doctor", "Dr Achieng", "--from", "23/11/2026")).toBe(1);
    expect(desk.warned.at(-1)).toContain("is not written as year-month-day");
  });
});

describe("doctors nearby", () => {
  it("are found with distance, fee and next free time", async () => {
    const { desk } = await openClinic();
    await using _desk = desk;
    expect(await desk.type("nearby", "--near", "-1.36,38.01", "--sort", "free time")).toBe(0);
    expect(desk.said[0]).toBe("Dr Achieng  (general-practice)  1.1 km");
    expect(desk.said[1]).toMatch(/^ {4}Kitui {3}fee KES 500 {3}free on /);
    desk.said.length = 0;
    await desk.type("nearby", "--near", "-1.36,38.01", "--currency", "KES", "--fee-up-to", "49999");
    expect(desk.said).toEqual(["Nobody found in the lists on this computer."]);
  });

  it.each([
    [["--near", "Kitui"], "degrees north and east"],
    [["--near", "0,0", "--sort", "age"], "sorted by"],
    [["--near", "0,0", "--sort", "fee"], "--currency KES"],
  ])("explains %j", async (words, said) => {
    const { desk } = await openClinic();
    await using _desk = desk;
    expect(await desk.type("nearby", ...words)).toBe(1);
    expect(desk.warned.at(-1)).toContain(said);
  });
});

describe("a calendar link at the desk", () => {
  it("is for who acts for patients or is a doctor; a clinic's desk is told so", async () => {
    const { desk, server } = await openClinic();
    await using _desk = desk;
    expect(await desk.type("calendar")).toBe(1);
    expect(desk.warned.at(-1)).toContain("The server does not allow it");
    server.addAccount({ login: "mary", password: PASSWORD });
    await desk.type("sign-in", "--name", "mary");
    desk.said.length = 0;
    expect(await desk.type("calendar")).toBe(0);
    expect(desk.said[0]).toMatch(/^http:\/\/127\.0\.0\.1:8080\/v1\/calendar\/[\w-]{43}\.ics$/);
    const [, link = ""] = /--end (\S+)$/.exec(desk.said.at(-1) ?? "") ?? [];
    expect(await desk.type("calendar", "--end", link)).toBe(0);
    expect(desk.said.at(-1)).toBe("The link is over.");
    expect(await desk.type("calendar", "--end", "AAAAAAAAAAAAAAAA.1")).toBe(1);
    expect(desk.warned.at(-1)).toContain("There is no such link");
  });
});

describe("the picture", () => {
  const day = (date: string, states: string, minutes: number, first = 0): DoctorDay => ({
    date,
    appointments: [],
    slots: Array.from(states, (letter, at) => ({
      start: `${date}T${new Date((8 * 60 + first + at * minutes) * 60_000).toISOString().slice(11, 16)}+03:00`,
      minutes,
      state: letter === "f" ? "free" : letter === "b" ? "busy" : letter === "h" ? "held" : "blocked",
    })),
  });

  it("puts every slot at its time: hours of five-minute slots, buffers, days that begin later, days not held", () => {
    expect(weekPicture([day("2026-11-23", "fbhxfb", 5), day("2026-11-24", "ff", 5, 25)])).toEqual([
      "      Mon 23    Tue 24",
      "08:00 .#hx.#         .",
      "08:30           .",
    ]);
    expect(
      weekPicture([day("2026-11-23", "fbf", 25), { date: "2026-11-24", slots: undefined, appointments: [] }]),
    ).toEqual(["      Mon 23    Tue 24", "08:00 .#.       ~"]);
  });

  it("has words for days without anything", () => {
    expect(weekPicture([day("2026-11-23", "", 20)]).at(-1)).toBe("Nobody is seen on these days.");
    expect(dayPicture(day("2026-11-23", "", 20), String)).toEqual(["Nobody is seen on this day."]);
  });
});
