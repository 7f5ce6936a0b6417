import { FakeServer } from "@healthbridge/client-sdk/testing";
import { describe, expect, it, vi } from "vitest";
import { type Desk, openDesk } from "./support/desk.ts";

const URL = "http://127.0.0.1:8080";
const PASSWORD = "a sentence only I know";

interface Clinic extends AsyncDisposable {
  readonly server: FakeServer;
  /** where the requests come from */
  readonly desk: Desk;
  /** the doctor's own computer */
  readonly doctors: Desk;
  readonly doctor: string;
  /** free starts, far enough ahead */
  readonly starts: readonly string[];
}

async function openClinic(): Promise<Clinic> {
  const desk = await openDesk({ env: { CLINIC_BATCH_PASSWORD: PASSWORD } });
  const doctors = await openDesk({ env: { CLINIC_BATCH_PASSWORD: PASSWORD } });
  const server = new FakeServer();
  const { clinic, id: doctor } = server.addDoctor({ name: "Dr Achieng" });
  server.addAccount({ login: "amina", password: PASSWORD, role: "staff", clinics: [clinic] });
  server.addAccount({ login: "achieng", password: PASSWORD, role: "doctor", doctor });
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => server.fetch(new Request(url, init)));
  await desk.type("sign-in", "--server", URL, "--name", "amina");
  await doctors.type("sign-in", "--server", URL, "--name", "achieng");
  for (const { said } of [desk, doctors]) said.length = 0;
  return {
    server,
    desk,
    doctors,
    doctor,
    starts: server.freeStarts(doctor).slice(-5),
    async [Symbol.asyncDispose]() {
      await desk[Symbol.asyncDispose]();
      await doctors[Symbol.asyncDispose]();
    },
  };
}

async function said(desk: Desk, ...words: readonly string[]): Promise<string> {
  desk.said.length = 0;
  desk.warned.length = 0;
  expect([await desk.type(...words), desk.warned]).toEqual([0, []]);
  return desk.said.join("\n");
}

/** Takes a request for Wanjiru, with the clinic's reference R-1. */
async function bookWanjiru({ desk, doctor, starts }: Clinic): Promise<void> {
  const file = await desk.put(
    "requests.csv",
    "request,patient_name,patient_card,doctor,start",
    `R-1,Wanjiru Kamau,K-1,${doctor},${starts[0] ?? ""}`,
  );
  await said(desk, "book", "--from", file);
}

/** Without times of day, and without ids. */
function plain(text: string): string {
  return text.replaceAll(/\w{3} \d+ \w{3} \d{4} at \d\d:\d\d/g, "then").replaceAll(/[\w-]{16}\.\d+/g, "id");
}

describe("a message", () => {
  it("waits with the request it is about, and says where it is until the doctor has read it", async () => {
    await using clinic = await openClinic();
    const { desk, doctors, server } = clinic;
    await bookWanjiru(clinic);
    const written = await said(desk, "write", "--conversation", "R-1", "--text", "The fever is back.");
    expect(written).toContain("It waits to be sent with: clinic-batch sync");
    expect(await said(desk, "status")).toContain("1  messages waiting to be sent");
    expect(plain(await said(desk, "messages", "--conversation", "wanjiru kamau"))).toContain(
      "then, you: The fever is back. [waiting to be sent]",
    );
    await said(desk, "sync");
    expect(server.list("message")).toMatchObject([{ number: 1, text: "The fever is back.", by: "clinic" }]);
    expect(await said(desk, "status")).toContain("1  messages sent");
    expect(await said(doctors, "sync")).toContain("1 new message in 1 conversation");
    await said(doctors, "sync"); // that it has arrived
    await said(desk, "sync");
    expect(await said(desk, "status")).toContain("1  messages arrived");
    expect(plain(await said(doctors, "messages"))).toMatch(
      /^id {2}Wanjiru Kamau with Dr Achieng, 1 new message\n {4}then, the clinic: The fever is back\.\n/,
    );
    expect(plain(await said(doctors, "messages", "--conversation", "wanjiru kamau"))).toContain(
      "1 message noted as read",
    );
    expect(await said(doctors, "messages")).toContain("Nothing new in 1 conversation");
    await said(doctors, "write", "--conversation", "wanjiru kamau", "--text", "Bring her today.", "--urgent");
    await said(doctors, "sync");
    expect(await said(desk, "sync")).toContain("1 new message in 1 conversation");
    expect(await said(desk, "status")).toContain("1  messages read");
    expect(await said(desk, "messages", "--all")).toContain("the doctor: (urgent) Bring her today.");
    expect((await desk.results()).find(({ what }) => what === "message")).toMatchObject({
      outcome: "read",
      in_words: "read",
      patient: "Wanjiru Kamau",
    });
  });

  it("is not sent where the request it is about is refused, and says so", async () => {
    await using clinic = await openClinic();
    const { desk, doctor, server, starts } = clinic;
    server.bookElsewhere({ doctor, start: starts[0] ?? "" });
    await bookWanjiru(clinic);
    await said(desk, "write", "--conversation", "K-1", "--text", "Hello");
    await desk.type("sync");
    expect((await desk.results()).find(({ what }) => what === "message")).toMatchObject({
      outcome: "refused",
      in_words: "not sent, because the request for the appointment was refused",
    });
    expect(await said(desk, "status")).toContain("1  messages not sent: refused");
  });

  it.each([
    [["--conversation", "Nobody", "--text", "x"], "Nobody here is called “Nobody”"],
    [["--conversation", "Otieno", "--text", "x"], "Otieno has no appointment here"],
    [["--conversation", "K-1"], "Give a file with --from, or --conversation and --text."],
    [["--conversation", "K-1", "--text", "x".repeat(2_001)], "The text must have 1 to 2,000 characters"],
    [["--from", "messages.csv", "--text", "x"], "leave out --conversation, --text and --urgent"],
  ])("explains %j", async (words, told) => {
    await using clinic = await openClinic();
    await bookWanjiru(clinic);
    await said(clinic.desk, "register", "--patient", "Otieno", "--card", "K-2");
    expect(await clinic.desk.type("write", ...words)).toBe(1);
    expect(clinic.desk.warned.at(-1)).toContain(told);
  });

  it("asks which is meant where a patient has several appointments", async () => {
    await using clinic = await openClinic();
    const { desk, doctor, starts } = clinic;
    await bookWanjiru(clinic);
    const more = await desk.put("m.csv", "patient_card,doctor,start", `K-1,${doctor},${starts[2] ?? ""}`);
    await said(desk, "book", "--from", more);
    expect(await desk.type("write", "--conversation", "K-1", "--text", "x")).toBe(1);
    expect(plain(desk.warned.at(-1) ?? "")).toContain(
      "K-1 has 2 appointments, so name one by its id: then with Dr Achieng, id; then with Dr Achieng, id.",
    );
  });
});

describe("a file of messages", () => {
  const HEADER = "request,appointment,patient_card,text,urgent";

  it("is taken line by line, sent once however often it is run, and results say where each is", async () => {
    await using clinic = await openClinic();
    const { desk, server } = clinic;
    await bookWanjiru(clinic);
    const file = await desk.put(
      "messages.csv",
      HEADER,
      'M-1,R-1,,"The fever was 39.4; she drinks, but eats nothing.",',
      "M-2,R-9,,Who is that?,",
      "M-3,,K-1,And a cough.,yes",
      "M-4,,K-1,,",
      "M-5,,K-1,Hm?,perhaps",
    );
    desk.said.length = 0;
    expect(await desk.type("write", "--from", file)).toBe(2);
    expect(desk.said.join("\n")).toMatch(
      /: 2 messages taken, 3 could not be taken\.\n\n {2}line 3 +no request here has the reference R-9[^]*line 5 +the text is missing\n {2}line 6 +“perhaps” in urgent/,
    );
    expect(desk.said.join("\n")).not.toContain("times are free");
    await said(desk, "sync");
    expect(await desk.type("write", "--from", file)).toBe(2);
    expect(desk.said.join("\n")).toContain("nothing new to take, 2 were taken before");
    await said(desk, "sync");
    expect(server.list("message").map(({ number, text, urgent }) => [number, text, urgent])).toEqual([
      [1, "The fever was 39.4; she drinks, but eats nothing.", undefined],
      [2, "And a cough.", true],
    ]);
    const rows = (await desk.results()).filter(({ what }) => what === "message");
    expect(rows.map(({ request, outcome, in_words }) => [request, outcome, in_words])).toEqual([
      ["M-1", "sent", "sent"],
      ["M-2", "not taken", expect.stringContaining("R-9")],
      ["M-3", "sent", "sent"],
      ["M-4", "not taken", "not taken: the text is missing"],
      ["M-5", "not taken", expect.stringContaining("perhaps")],
    ]);
    expect(await said(desk, "status")).toMatch(/2 {2}messages sent\n +3 {2}messages not taken/);
    await desk.type("status", "--json");
    expect(JSON.parse(desk.said.at(-1) ?? "")).toMatchObject({ messages: { sent: 2, "not taken": 3 } });
  });

  it("keeps messages of a conversation in their order, in whatever line what they are about waits", async () => {
    await using clinic = await openClinic();
    const { desk, server, doctor, starts } = clinic;
    await bookWanjiru(clinic);
    await said(desk, "sync");
    const more = await desk.put(
      "more.csv",
      "request,patient_name,doctor,start",
      `R-2,Otieno,${doctor},${starts[2] ?? ""}`,
    );
    await said(desk, "book", "--from", more);
    const file = await desk.put(
      "m.csv",
      HEADER,
      "M-1,R-2,,first,",
      "M-2,R-1,,of another,",
      "M-3,R-2,,second,",
    );
    await said(desk, "write", "--conversation", "R-2", "--text", "zeroth");
    await said(desk, "write", "--from", file);
    await said(desk, "write", "--conversation", "R-2", "--text", "third");
    await said(desk, "sync");
    const [one, two] = ["of another", "first"].map(
      (text) => server.list("message").find((each) => each.text === text)?.conversation,
    );
    const lines = (conversation: string | undefined) =>
      server
        .list("message")
        .filter((each) => each.conversation === conversation)
        .toSorted((left, right) => left.number - right.number)
        .map(({ text }) => text);
    expect(lines(one)).toEqual(["of another"]);
    expect(lines(two)).toEqual(["zeroth", "first", "second", "third"]);
  });

  it("is written again by nobody who looked at the conversation in between", async () => {
    await using clinic = await openClinic();
    const { desk, server } = clinic;
    await bookWanjiru(clinic);
    const file = await desk.put("messages.csv", HEADER, "M-1,R-1,,Once,");
    await said(desk, "write", "--from", file);
    await said(desk, "sync");
    for (let look = 0; look < 3; look++) await said(desk, "messages", "--conversation", "K-1");
    expect(await said(desk, "write", "--from", file)).toContain("nothing new to take");
    await said(desk, "sync");
    expect(server.list("message")).toHaveLength(1);
  });
});

it.each(["messages", "write"])("%s helps with an example", async (command) => {
  await using desk = await openDesk();
  expect(await desk.type(command, "--help")).toBe(0);
  expect(desk.said.join("\n")).toMatch(new RegExp(`Examples?:\\n  clinic-batch ${command}`));
});
