import { FakeServer } from "@healthbridge/client-sdk/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Desk, openDesk } from "./support/desk.ts";

const URL = "http://127.0.0.1:8080";
const PASSWORD = "a sentence only I know";
const DAY = 86_400_000;
/** Eight days from now: whatever the hour, nothing of it has passed. */
const DATE = dateIn(8);
const HEADER = "request,patient_name,doctor,date,time,if_taken";

afterEach(() => {
  vi.useRealTimers();
});

interface Clinic extends AsyncDisposable {
  readonly desk: Desk;
  readonly server: FakeServer;
  readonly doctor: string;
  /** asks for times of DATE and has them: the last four of six, from 09:40 on */
  lease(until?: string): Promise<void>;
  goOffline(): void;
  goOnline(): void;
  /** the state of each slot of DATE at the server */
  letters(): string | undefined;
}

async function openClinic(): Promise<Clinic> {
  const desk = await openDesk({ env: { CLINIC_BATCH_PASSWORD: PASSWORD } });
  const server = new FakeServer();
  const { clinic, id: doctor } = server.addDoctor({
    name: "Dr Achieng",
    hours: { from: "09:00", to: "11:00" },
  });
  server.apply("doctor.setRules", { doctor, rules: { leasePercent: 70 } });
  for (const login of ["amina", "baraka"])
    server.addAccount({ login, password: PASSWORD, role: "staff", clinics: [clinic] });
  const goOnline = (): void => {
    vi.stubGlobal("fetch", (url: string, init?: RequestInit) => server.fetch(new Request(url, init)));
  };
  goOnline();
  expect(await desk.type("sign-in", "--server", URL, "--name", "amina")).toBe(0);
  return {
    desk,
    server,
    doctor,
    async lease(until = `${DATE}T18:00`) {
      const asked = ["lease", "take", "--doctor", "Dr Achieng", "--date", DATE, "--until", until];
      expect(await desk.type(...asked)).toBe(0);
      expect(await desk.type("sync")).toBe(0);
    },
    goOffline: () => {
      vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
    },
    goOnline,
    letters: () => server.get("sheet", `${doctor}/${DATE}`)?.runs[0]?.[4],
    [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
  };
}

function dateIn(days: number): string {
  return new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
}

async function said(desk: Desk, ...words: readonly string[]): Promise<string> {
  desk.said.length = 0;
  expect(await desk.type(...words)).toBe(0);
  return desk.said.join("\n");
}

describe("times of this computer's own", () => {
  it("are asked for, its own once the server has said so, and certain without a network; all come out exactly so", async () => {
    await using clinic = await openClinic();
    const { desk, goOffline, goOnline, letters } = clinic;
    expect(await said(desk, "lease")).toMatch(/^This computer has no times of its own/);
    const asked = ["--doctor", "Dr Achieng", "--date", DATE, "--until", `${DATE} 18:00`];
    expect(await said(desk, "lease", "take", ...asked)).toMatch(/are asked for, until \w{3} .* at 18:00\.\n/);
    expect(await said(desk, "lease")).toBe(
      "1 request for more waiting to be sent. Send with: clinic-batch sync",
    );
    await desk.type("sync");
    expect(letters()).toBe("ffhhhh");
    expect(await said(desk, "lease")).toMatch(
      /^Certain without a network:.*\n {2}Dr Achieng, \w{3} .*: 09:40, 10:00, 10:20, 10:40; each until it begins$/,
    );

    goOffline();
    const file = await desk.put(
      "r.csv",
      HEADER,
      `1,Wanjiru Kamau,Dr Achieng,${DATE},10:20,`,
      `2,Otieno Ouma,Dr Achieng,${DATE},09:00,same day`,
      `3,Njeri Mwangi,Dr Achieng,${DATE},10:40,`,
      `4,Atieno Odhiambo,Dr Achieng,${DATE},10:40,`,
    );
    const taken = await said(desk, "book", "--from", file);
    expect(taken).toContain("4 requests taken.");
    expect(taken).toContain("2 of them are certain already: confirmed by this computer");
    expect(taken).toContain("The other 2 wait for the server's word.");
    expect(taken).toContain("1 of them will probably be refused");
    const status = await said(desk, "status");
    expect(status).toMatch(/ 4 {2}waiting to be sent\n +2 {4}certain already: confirmed by this computer/);
    expect(status).toContain("This computer can confirm 2 times by itself, without a network");
    expect(JSON.parse(await said(desk, "status", "--json"))).toMatchObject({
      bookings: { certain: 2, waiting: 2 },
      leasedTimes: 2,
    });
    expect(await said(desk, "day", "--doctor", "Dr Achieng", "--from", DATE)).toContain(
      "10:20  ?  Wanjiru Kamau, certain, waiting to be sent",
    );
    const certain = "certain: confirmed by this computer, waiting to be sent";
    expect(await desk.results()).toMatchObject([
      { outcome: "certain, waiting to be sent", in_words: certain, start: `${DATE}T10:20+03:00` },
      { outcome: "waiting to be sent" },
      { outcome: "certain, waiting to be sent" },
      { outcome: "waiting to be sent" },
      { what: "lease", in_words: "4 times for this computer alone" },
    ]);

    goOnline();
    await using other = await openDesk({ env: { CLINIC_BATCH_PASSWORD: PASSWORD } });
    await other.type("sign-in", "--server", URL, "--name", "baraka");
    const theirs = await other.put("r.csv", HEADER, `1,Mary,Dr Achieng,${DATE},10:20,`);
    await other.type("book", "--from", theirs);
    await other.type("sync");
    expect(await other.results()).toMatchObject([{ outcome: "refused", code: "slot_taken" }]);

    await desk.type("sync");
    expect(letters()).toBe("bfhhbb");
    expect((await desk.results()).map(({ outcome, start }) => `${outcome} ${start}`)).toMatchObject([
      `confirmed ${DATE}T10:20+03:00`,
      `confirmed ${DATE}T09:00+03:00`,
      `confirmed ${DATE}T10:40+03:00`,
      "refused ",
      "kept ",
    ]);
  });

  it("stay certain when the patient took another time meanwhile; results says that one of the two has to be moved", async () => {
    await using clinic = await openClinic();
    const { desk, server, goOffline, goOnline } = clinic;
    const { id: patient } = server.addPatient({
      name: "Wanjiru",
      clinic: server.list("clinic")[0]?.id ?? "",
    });
    await desk.type("sync");
    await clinic.lease();
    goOffline();
    const file = await desk.put("r.csv", "patient,doctor,date,time", `${patient},Dr Achieng,${DATE},10:20`);
    expect(await said(desk, "book", "--from", file)).toContain(
      "1 of them is certain already: confirmed by this computer, without a network.",
    );
    const elsewhere = server.addDoctor({ name: "Dr Ekai" });
    server.apply("appointment.book", { doctor: elsewhere.id, patient, start: `${DATE}T10:20+03:00` });
    goOnline();
    await desk.type("sync");
    expect((await desk.results())[0]).toMatchObject({
      outcome: "confirmed",
      start: `${DATE}T10:20+03:00`,
      code: "patient_busy",
      in_words:
        "confirmed, though the patient has another appointment at that time: one of the two has to be moved",
    });
  });

  it("are somebody else's where the clinic has ended them for a computer that was lost: results says to tell the patient", async () => {
    await using clinic = await openClinic();
    const { desk, server, doctor, goOffline, goOnline } = clinic;
    await clinic.lease();
    goOffline();
    const file = await desk.put("r.csv", HEADER, `1,Wanjiru,Dr Achieng,${DATE},10:20,`);
    await desk.type("book", "--from", file);
    const device = server.get("sheet", `${doctor}/${DATE}`)?.leased?.[0]?.[0] ?? "";
    const start = `${DATE}T10:20+03:00`;
    server.apply("lease.giveBack", { doctor, starts: [start], device });
    const { id: other } = server.addPatient({ name: "Mary", clinic: server.list("clinic")[0]?.id ?? "" });
    server.apply("appointment.book", { doctor, patient: other, start });
    goOnline();
    await desk.type("sync");
    expect((await desk.results())[0]).toMatchObject({
      outcome: "refused",
      in_words: expect.stringMatching(
        /^this computer had confirmed it, so tell the patient: refused, because the time was taken/,
      ),
    });
  });

  it("go back by themselves with the first sync after the end, all but what is confirmed", async () => {
    await using clinic = await openClinic();
    const { desk, goOffline, goOnline, letters } = clinic;
    await clinic.lease(`${DATE}T08:00`);
    expect(await said(desk, "lease")).toMatch(/: 09:40, 10:00, 10:20, 10:40; until \w{3} .* at 08:00$/);
    goOffline();
    const file = await desk.put("r.csv", HEADER, `1,Wanjiru,Dr Achieng,${DATE},10:20,`);
    await desk.type("book", "--from", file);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(`${DATE}T08:01+03:00`) });
    expect(await said(desk, "lease")).toMatch(/^This computer has no times of its own/);
    goOnline();
    await desk.type("sync");
    expect(letters()).toBe("ffffbf");
    expect((await desk.results()).map(({ in_words }) => in_words)).toEqual([
      "confirmed",
      "4 times for this computer alone",
      "3 times given back",
    ]);
  });
});

describe("times that are not used", () => {
  it("are given back, some or all; others can book them once it is sent", async () => {
    await using clinic = await openClinic();
    const { desk, letters } = clinic;
    await clinic.lease();
    expect(await said(desk, "lease", "give-back", "--date", DATE, "--time", "9:40")).toBe(
      "1 time given back; others can book them once it is sent: clinic-batch sync",
    );
    expect(await said(desk, "lease")).toContain(": 10:00, 10:20, 10:40;");
    expect(await said(desk, "status")).toMatch(/ 1 {2}requests about times of this computer's own, waiting/);
    await desk.type("sync");
    expect(letters()).toBe("fffhhh");
    expect(await said(desk, "lease", "give-back", "--doctor", "Achieng", "--date", dateIn(9))).toBe(
      "This computer has no such times of its own; clinic-batch lease lists them.",
    );
    expect(await said(desk, "lease", "give-back", "--all")).toContain("3 times given back");
    await desk.type("sync");
    expect(letters()).toBe("ffffff");
  });

  it("are not forgotten by signing out", async () => {
    await using clinic = await openClinic();
    const { desk, letters } = clinic;
    await clinic.lease();
    expect(await desk.type("sign-out")).toBe(1);
    expect(desk.warned.at(-1)).toMatch(/^Not signed out: this computer has 4 times of its own left/);
    await desk.type("lease", "give-back", "--all");
    await desk.type("sync");
    expect(letters()).toBe("ffffff");
    expect(await said(desk, "sign-out")).toContain("amina is signed out");
  });

  it("are given back when she is back, where somebody signs out anyway", async () => {
    await using clinic = await openClinic();
    const { desk, letters } = clinic;
    await clinic.lease();
    expect(await said(desk, "sign-out", "--anyway")).toContain("amina is signed out");
    await desk.type("sign-in", "--name", "amina");
    expect(await said(desk, "lease")).toMatch(/^This computer has no times of its own/);
    expect(letters()).toBe("ffffff");
  });

  it("are given back by the next sign-in, after which this is another device to the server; what was confirmed stays so", async () => {
    await using clinic = await openClinic();
    const { desk, letters } = clinic;
    await clinic.lease();
    const file = await desk.put("r.csv", HEADER, `1,Wanjiru,Dr Achieng,${DATE},10:20,`);
    await desk.type("book", "--from", file);
    expect(await said(desk, "sign-in", "--name", "amina")).toContain(
      "3 times that this computer had to itself before are given back.",
    );
    expect(letters()).toBe("ffffbf");
    expect((await desk.results())[0]).toMatchObject({ outcome: "confirmed" });
  });
});

describe("asking for times", () => {
  it.each([
    [["--until", "tomorrow"], "The moment must be a time that exists, written as 2026-11-23T18:00."],
    [
      ["--until", "2026-11-31T18:00"],
      "The date “2026-11-31” is not written as year-month-day, as 2026-11-23.",
    ],
    [["--until", `${DATE}T18:00`, "--days", "15"], "The days must be 1 to 14."],
    [["--until", `${DATE}T18:00`, "--date", "23/11/2026"], "The date “23/11/2026” is not written as"],
    [["--until", `${DATE}T18:00`, "--part", "night"], "“night” is no part of the day"],
    [["--until", `${DATE}T18:00`, "--most", "0"], "The most of a day must be 1 to 300."],
    [["--until", `${DATE}T18:00`, "--doctor", "Dr Nobody"], "No doctor is called “Dr Nobody”"],
  ])("explains %j", async (words, told) => {
    await using clinic = await openClinic();
    expect(await clinic.desk.type("lease", "take", "--doctor", "Dr Achieng", ...words)).toBe(1);
    expect(clinic.desk.warned.at(-1)).toContain(told);
  });

  it.each([
    [[], "Say which: --all"],
    [["--all", "--date", DATE], "not both"],
    [["--date", "soon"], "The date “soon” is not written as"],
  ])("explains %j of giving back", async (words, told) => {
    await using desk = await openDesk();
    expect(await desk.type("lease", "give-back", ...words)).toBe(1);
    expect(desk.warned.at(-1)).toContain(told);
  });

  it("is refused in words where no more can be kept, or where it is too late or too early", async () => {
    await using clinic = await openClinic();
    const { desk } = clinic;
    await clinic.lease();
    for (const until of [`${DATE}T18:00`, `${dateIn(-1)}T18:00`, `${dateIn(16)}T18:00`])
      await desk.type("lease", "take", "--doctor", "Dr Achieng", "--date", DATE, "--until", until);
    await desk.type("sync");
    expect((await desk.results()).slice(1).map(({ in_words }) => in_words)).toEqual([
      "refused, because no more of the doctor's times on these days can be kept for the clinic's computers",
      "refused, because the moment until which they were asked for was over when the request arrived",
      "refused, because nobody can keep times so long",
    ]);
    expect(await said(desk, "status")).toMatch(/ 3 {2}requests about times of this computer's own, refused/);
  });

  it("needs no network, no sign-in and no lists to be noted; nothing is certain by that", async () => {
    await using desk = await openDesk();
    const asked = ["--doctor", "AAAAAAAAAAAAAAAA.7", "--until", `${DATE}T18:00+03:00`];
    expect(await said(desk, "lease")).toMatch(/^This computer has no times of its own/);
    expect(await said(desk, "lease", "take", ...asked, "--date", DATE, "--days", "2")).toContain(
      "Times on 2 days from ",
    );
    expect(desk.warned.at(-1)).toContain("Where the doctor is is not known here");
    expect(await said(desk, "lease")).toMatch(/^1 request for more waiting to be sent/);
    expect(await said(desk, "lease", "give-back", "--all")).toMatch(/^This computer has no such times/);
    const row = `Wanjiru,K1,AAAAAAAAAAAAAAAA.7,${DATE}T10:20+03:00`;
    const file = await desk.put("r.csv", "patient_name,patient_card,doctor,start", row);
    expect(await said(desk, "book", "--from", file, "--clinic", "BBBBBBBBBBBBBBBB.1")).not.toContain(
      "certain",
    );
    expect((await desk.results())[0]).toMatchObject({ outcome: "waiting to be sent" });
  });
});

it.each(["lease", "lease take", "lease give-back"])("%s helps with examples", async (command) => {
  await using desk = await openDesk();
  expect(await desk.type(...command.split(" "), "--help")).toBe(0);
  expect(desk.said.join("\n")).toContain(`Examples:\n  clinic-batch ${command}`);
});
