import { FakeServer } from "@healthbridge/client-sdk/testing";
import { describe, expect, it, vi } from "vitest";
import { type Desk, openDesk } from "./support/desk.ts";

const URL = "http://127.0.0.1:8080";
const PASSWORD = "a sentence only I know";

interface Clinic extends AsyncDisposable {
  readonly desk: Desk;
  readonly server: FakeServer;
  readonly doctor: string;
  /** the last free start there is, so that nothing of it has passed */
  readonly start: string;
  /** signs in at the same computer */
  signIn(login: string): Promise<void>;
  /** how the appointments at the server stand */
  statuses(): readonly string[];
}

/** A clinic whose doctor confirms what others book, and offers what comes free. */
async function openClinic(): Promise<Clinic> {
  const desk = await openDesk({ env: { CLINIC_BATCH_PASSWORD: PASSWORD } });
  const server = new FakeServer();
  const { clinic, id: doctor } = server.addDoctor({ name: "Dr Achieng" });
  server.apply("doctor.setRules", {
    doctor,
    rules: { confirmMinutes: 240, freed: "offer", offerMinutes: 120 },
  });
  server.addAccount({ login: "amina", password: PASSWORD, role: "staff", clinics: [clinic] });
  const { id: elsewhere } = server.addClinic({ name: "Lodwar" });
  server.addAccount({ login: "baraka", password: PASSWORD, role: "staff", clinics: [elsewhere] });
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => server.fetch(new Request(url, init)));
  const signIn = async (login: string): Promise<void> => {
    expect(await desk.type("sign-in", "--server", URL, "--name", login)).toBe(0);
    desk.said.length = 0;
  };
  await signIn("amina");
  const start = server.freeStarts(doctor).at(-1) ?? "";
  const statuses = () => server.list("appointment").map(({ status }) => status);
  return {
    desk,
    server,
    doctor,
    start,
    signIn,
    statuses,
    [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
  };
}

/** The id in the line that has these words. */
function idIn(lines: readonly string[], words: string): string {
  return /[\w-]{16}\.\d+/.exec(lines.find((line) => line.includes(words)) ?? "")?.[0] ?? "";
}

async function said(desk: Desk, ...words: readonly string[]): Promise<string> {
  desk.said.length = 0;
  expect(await desk.type(...words)).toBe(0);
  return desk.said.join("\n");
}

describe("a time kept for a patient", () => {
  it("is asked for by name, kept once the server says so, and confirmed", async () => {
    await using clinic = await openClinic();
    const { desk, doctor, start, statuses } = clinic;
    await desk.type("register", "--patient", "Wanjiru Kamau", "--card", "K-1", "--language", "sw");
    const asked = ["hold", "--doctor", doctor, "--start", start, "--minutes", "30"];
    expect(await said(desk, ...asked, "--patient", "kamau wanjiru")).toContain("clinic-batch pending");
    expect(await said(desk, "status")).toMatch(/ 1 {2}answers, and times to be kept, waiting to be sent/);
    await desk.type("sync");
    expect(statuses()).toEqual(["pending"]);
    const listed = await said(desk, "pending");
    expect(listed).toMatch(
      /^Kept for a patient:\n {2}\S+ {2}.* at .*, Wanjiru Kamau with Dr Achieng, until /,
    );
    expect(await said(desk, "confirm", idIn(desk.said, "Wanjiru"))).toContain("1 answer taken");
    await desk.type("sync");
    expect(statuses()).toEqual(["booked"]);
    expect(await said(desk, "pending")).toBe("Nothing waits for an answer, as far as this computer knows.");
    expect(await said(desk, "status")).toMatch(/ 1 {2}times kept\n +1 {2}answers sent/);
    const rows = await desk.results();
    expect(rows.filter(({ what }) => what !== "registration")).toMatchObject([
      {
        what: "hold",
        outcome: "kept",
        patient: "Wanjiru Kamau",
        message: expect.stringMatching(/^Umewekewa nafasi/),
      },
      { what: "answer", outcome: "answered", in_words: "confirmed", start },
    ]);
  });

  it("is given up by declining, and refused where it is gone", async () => {
    await using clinic = await openClinic();
    const { desk, doctor, start, statuses } = clinic;
    await desk.type("register", "--patient", "Wanjiru", "--card", "K-1");
    await desk.type("register", "--patient", "Otieno", "--card", "K-2");
    await desk.type("hold", "--patient", "k-1", "--doctor", doctor, "--start", start);
    await desk.type("hold", "--patient", "K-2", "--doctor", doctor, "--start", start);
    await desk.type("sync");
    expect((await desk.results()).filter(({ what }) => what === "hold")).toMatchObject([
      { outcome: "kept" },
      {
        outcome: "refused",
        code: "slot_taken",
        message: expect.stringMatching(/^Not kept: the time is taken/),
      },
    ]);
    await said(desk, "pending");
    await desk.type("decline", idIn(desk.said, "Wanjiru"));
    await desk.type("sync");
    expect(statuses()).toEqual(["cancelled"]);
  });

  it.each([
    [["--patient", "Nobody"], "Nobody here is called"],
    [["--patient", "Wanjiru"], "2 patients here are called “Wanjiru”"],
    [["--patient", "K-1", "--minutes", "90"], "must be 1 to 60"],
    [["--patient", "K-1", "--date", "2026-12-01"], "Write either start, or date and time"],
  ])("explains %j", async (words, told) => {
    await using clinic = await openClinic();
    const { desk, doctor, start } = clinic;
    await desk.type("register", "--patient", "Wanjiru", "--card", "K-1");
    await desk.type("register", "--patient", "Wanjiru", "--card", "K-2");
    expect(await desk.type("hold", "--doctor", doctor, "--start", start, ...words)).toBe(1);
    expect(desk.warned.at(-1)).toContain(told);
  });
});

describe("what waits for an answer", () => {
  it("is confirmed by the clinic, all at once", async () => {
    await using clinic = await openClinic();
    const { desk, doctor, start, signIn, statuses } = clinic;
    await signIn("baraka");
    const file = await desk.put("r.csv", "patient_name,doctor,start", `Mary,${doctor},${start}`);
    await desk.type("book", "--from", file);
    await desk.type("sync");
    expect(await desk.results()).toMatchObject([
      { outcome: "to be confirmed", message: expect.stringMatching(/^Kept, clinic to confirm: /) },
    ]);
    await signIn("amina");
    await desk.type("sync");
    expect(await said(desk, "pending")).toMatch(
      /^The clinic has to confirm:\n {2}\S+ {2}.*Mary with Dr Achieng/,
    );
    expect(await said(desk, "confirm", "--all")).toContain("1 answer taken");
    await desk.type("sync");
    expect(statuses()).toEqual(["booked"]);
    expect(await said(desk, "confirm", "--all")).toBe("Nothing waits for the clinic's word.");
  });

  it("goes to the next on the waiting list where an offer is declined", async () => {
    await using clinic = await openClinic();
    const { desk, doctor, start, statuses } = clinic;
    const wish = "waiting list for 2 days";
    const file = await desk.put(
      "r.csv",
      "patient_name,doctor,start,if_taken",
      `Wanjiru,${doctor},${start},`,
      `Otieno,${doctor},${start},${wish}`,
      `Atieno,${doctor},${start},${wish}`,
    );
    await desk.type("book", "--from", file);
    await desk.type("sync");
    expect(statuses()).toEqual(["booked", "waitlist", "waitlist"]);
    const [booked] = await desk.results();
    await desk.type("decline", booked?.["id"] ?? "");
    await desk.type("sync");
    expect(statuses()).toEqual(["cancelled", "pending", "waitlist"]);
    expect(await said(desk, "pending")).toMatch(/^Offered from the waiting list[^]*Otieno with Dr Achieng/);
    await desk.type("decline", idIn(desk.said, "Otieno"));
    await desk.type("sync");
    expect(statuses()).toEqual(["cancelled", "waitlist", "pending"]);
    await said(desk, "pending");
    await desk.type("confirm", idIn(desk.said, "Atieno"));
    await desk.type("sync");
    expect(statuses()).toEqual(["cancelled", "waitlist", "booked"]);
  });

  it("is named by its id; an answer that comes too late is refused, in words", async () => {
    await using clinic = await openClinic();
    const { desk, doctor, start } = clinic;
    expect(await desk.type("confirm")).toBe(1);
    expect(desk.warned.at(-1)).toContain("Say which");
    expect(await desk.type("confirm", "--all", "AAAAAAAAAAAAAAAA.1")).toBe(1);
    expect(desk.warned.at(-1)).toContain("not both");
    expect(await desk.type("decline", "Wanjiru")).toBe(1);
    expect(desk.warned.at(-1)).toContain("“Wanjiru” is no id");
    for (const id of ["-hOqVpIYt3BP-pau.2", "'-hOqVpIYt3BP-pau.2"]) {
      expect(await said(desk, "confirm", id)).toContain("1 answer taken");
      expect(await said(desk, "decline", "AAAAAAAAAAAAAAAA.1", id)).toContain("2 answers taken");
    }
    const file = await desk.put("r.csv", "patient_name,doctor,start", `Wanjiru,${doctor},${start}`);
    await desk.type("book", "--from", file);
    await desk.type("sync");
    const [booked] = await desk.results();
    await desk.type("confirm", booked?.["id"] ?? "");
    expect(desk.warned.at(-1)).toContain("will probably be refused, because it is in another state by now");
    await desk.type("sync");
    const about = (await desk.results()).filter(({ id, what }) => id === booked?.["id"] && what === "answer");
    expect(about[0]).toMatchObject({
      outcome: "refused",
      in_words: "refused, because it is in another state by now",
    });
    expect(await said(desk, "status")).toContain("answers, and times to be kept, refused");
  });
});

it.each(["hold", "pending", "confirm", "decline"])("%s helps with an example", async (command) => {
  await using desk = await openDesk();
  expect(await desk.type(command, "--help")).toBe(0);
  expect(desk.said.join("\n")).toMatch(new RegExp(`Examples?:\\n  clinic-batch ${command}`));
});
