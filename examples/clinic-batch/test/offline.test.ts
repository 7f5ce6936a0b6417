import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDesk } from "./support/desk.ts";

const CLINIC = ["--clinic", "BBBBBBBBBBBBBBBB.1"];
const DOCTOR = "AAAAAAAAAAAAAAAA.7";
const HEADER = "request,patient_name,patient_card,doctor,start,if_taken";
const row = (request: string, name: string, card: string, time: string, wish = "") =>
  `${request},${name},${card},${DOCTOR},2026-12-01T${time}+03:00,${wish}`;

describe("a day without any network, nobody signed in, no lists", () => {
  it("takes requests and registers patients in the same breath, one per card", async () => {
    await using desk = await openDesk();
    const file = await desk.put(
      "r.csv",
      HEADER,
      row("1", "Wanjiru Kamau", "K1", "09:00"),
      row("2", "Kamau Wanjiru", "k1", "09:20"),
      row("3", "Otieno", "", "09:40"),
    );
    expect(await desk.type("book", "--from", file, ...CLINIC)).toBe(0);
    expect(desk.said[0]).toContain("3 requests taken");
    await desk.type("status");
    expect(desk.said.join("\n")).toMatch(/ 3 {2}waiting to be sent[^]* 2 {2}new patients waiting/);
  });

  it("names bad rows by line and goes on", async () => {
    await using desk = await openDesk();
    const file = await desk.put(
      "r.csv",
      HEADER,
      row("1", "Wanjiru", "K1", "09:00"),
      row("2", "Otieno", "K1", "09:20"),
      row("3", "Atieno", "K3", "9h"),
      '"4,x',
      row("5", "Atieno", "K3", "09:00", "whenever"),
      row("6", "Achieng", "K6", "10:00"),
    );
    expect(await desk.type("book", "--from", file, ...CLINIC)).toBe(2);
    const said = desk.said.join("\n");
    expect(said).toContain("2 requests taken, 4 could not be taken");
    expect(said).toMatch(/line 3 +the card K1 belongs to Wanjiru, not to Otieno/);
    expect(said).toMatch(/line 4 +the start must be/);
    expect(said).toMatch(/line 5 +a quotation mark/);
    expect(said).toMatch(/line 6 +“whenever”/);
    const results = await desk.results();
    expect(results.map(({ line, outcome }) => `${line} ${outcome}`)).toEqual([
      "2 waiting to be sent",
      "3 not taken",
      "4 not taken",
      "5 not taken",
      "6 not taken",
      "7 waiting to be sent",
    ]);
  });

  it.each(["2026-02-30T09:00+03:00", "12/11/2026 09:00", "2026-12-01T09:00", "tomorrow"])(
    "never guesses what day is meant by %s",
    async (start) => {
      await using desk = await openDesk();
      const file = await desk.put(
        "r.csv",
        "patient_name,patient_card,doctor,start",
        `Wanjiru,K1,${DOCTOR},${start}`,
      );
      expect(await desk.type("book", "--from", file, ...CLINIC)).toBe(2);
      expect(desk.said.join("\n")).toContain("line 2      the start must be a time that exists");
    },
  );

  it("takes no row twice: not by running again, not after correcting another, not under another file name", async () => {
    await using desk = await openDesk();
    const good = [row("1", "Wanjiru", "K1", "09:00"), `,Atieno,K2,${DOCTOR},2026-12-01T09:20+03:00,`];
    const file = await desk.put("r.csv", HEADER, row("0", "Bad", "K0", "x"), ...good);
    await desk.type("book", "--from", file, ...CLINIC);
    await desk.put("r.csv", HEADER, row("0", "Good", "K0", "08:00"), ...good);
    expect(await desk.type("book", "--from", file, ...CLINIC)).toBe(0);
    expect(desk.said.join("\n")).toContain("1 request taken, 2 were taken before");
    const copy = await desk.put("copy.csv", HEADER, ...good);
    await desk.type("book", "--from", copy, ...CLINIC);
    expect(desk.said.join("\n")).toContain("copy.csv: nothing new to take, 2 were taken before");
    await desk.type("status", "--json");
    expect(JSON.parse(desk.said.at(-1) ?? "")).toMatchObject({
      bookings: { waiting: 3, "not taken": 0 },
      registrations: { waiting: 3 },
    });
  });

  it("counts two like rows without a reference as two requests, and refuses a reference used for another", async () => {
    await using desk = await openDesk();
    const file = await desk.put(
      "r.csv",
      HEADER,
      row("", "Wanjiru", "K1", "09:00"),
      row("", "Wanjiru", "K1", "09:00"),
      row("7", "Wanjiru", "K1", "10:00"),
      row("7", "Wanjiru", "K1", "11:00"),
      row("7", "Wanjiru", "K1", "10:00"),
    );
    expect(await desk.type("book", "--from", file, ...CLINIC)).toBe(2);
    const said = desk.said.join("\n");
    expect(said).toContain("3 requests taken, 1 were taken before, 1 could not be taken");
    expect(said).toMatch(/line 5 +the reference 7 was already used/);
    expect((await desk.results()).length).toBe(5);
  });

  it("stops between rows on Ctrl-C, says so, and goes on where it was", async () => {
    await using desk = await openDesk();
    const rows = Array.from({ length: 250 }, (_, at) => row(String(at), `P${at}`, `K${at}`, "09:00"));
    const file = await desk.put("r.csv", HEADER, ...rows);
    desk.interrupt.abort();
    expect(await desk.type("book", "--from", file, ...CLINIC)).toBe(130);
    expect(desk.said[0]).toContain("100 requests of");
    await desk.type("status");
    expect(desk.said.join("\n")).toContain("r.csv was stopped at row 100 of 250");
  });

  it("explains what it needs", async () => {
    await using desk = await openDesk();
    expect(await desk.type("sync")).toBe(4);
    expect(await desk.type("book", "--from", "nowhere.csv")).toBe(1);
    expect(await desk.type("sign-in", "--name", "amina")).toBe(1);
    expect(await desk.type("sign-in", "--name", "amina", "--server", "http://127.0.0.1:9")).toBe(1);
    expect(await desk.type("nonsense")).toBe(1);
    expect(await desk.type("results", "--to", join(desk.folder, "nowhere", "r.csv"))).toBe(1);
    expect(desk.warned.join("\n")).toMatch(
      /First: clinic-batch sign-in[^]*there is no such file[^]*--server https[^]*--password-file[^]*unknown command[^]*there is no such folder/,
    );
  });

  it("registers one patient from the command line, and the same card no second time", async () => {
    await using desk = await openDesk();
    const words = [
      "register",
      "--patient",
      "Wanjiru Kamau",
      "--card",
      "K9",
      "--born",
      "1988-03-04",
      ...CLINIC,
    ];
    expect(await desk.type(...words)).toBe(0);
    expect(await desk.type(...words)).toBe(0);
    expect(desk.said.join("\n")).toMatch(/is registered on this computer[^]*is registered already/);
    const file = await desk.put(
      "p.csv",
      "name,card,phone",
      "Atieno,K10,'+254712345678",
      "Kamau,K9,",
      ",K11,",
    );
    expect(await desk.type("register", "--from", file, ...CLINIC)).toBe(2);
    expect(desk.said.join("\n")).toMatch(
      /1 patient taken, 1 were taken before, 1 could not[^]*line 4 +the name is missing/,
    );
  });

  it("counts a patient who is there already as known, and has nothing to correct about her", async () => {
    await using desk = await openDesk();
    const file = await desk.put("p.csv", "name,card", "Atieno,K1", "Atieno,K1");
    for (const times of [
      "1 patient taken, 1 were taken before",
      "nothing new to take, 2 were taken before",
    ]) {
      expect(await desk.type("register", "--from", file, ...CLINIC)).toBe(0);
      expect(desk.said.join("\n")).toContain(times);
    }
    expect((await desk.results()).map(({ line, outcome }) => `${line} ${outcome}`)).toEqual([
      "2 waiting to be sent",
      "3 registered already",
    ]);
    expect(desk.said.join("\n")).not.toContain("Correct");
  });

  it("registers a patient of whom only the name is known once, however often the command is run", async () => {
    await using desk = await openDesk();
    const words = ["register", "--patient", "Wanjiru Kamau", ...CLINIC];
    expect(await desk.type(...words)).toBe(0);
    expect(await desk.type(...words)).toBe(0);
    expect(desk.said.join("\n")).toMatch(
      /is registered on this computer[^]*is registered already[^]*another/,
    );
    expect(await desk.type(...words, "--born", "1988-03-04")).toBe(0);
    expect((await desk.results()).map(({ file, patient }) => `${file}: ${patient}`)).toEqual([
      "command line: Wanjiru Kamau",
      "command line: Wanjiru Kamau",
    ]);
  });

  it("refuses a patient's options beside a file, and takes nothing", async () => {
    await using desk = await openDesk();
    const file = await desk.put("p.csv", "name", "Atieno");
    expect(await desk.type("register", "--from", file, "--card", "K1", "--born", "1988-03-04")).toBe(1);
    expect(desk.warned.at(-1)).toBe("With --from the patients stand in the file: leave out --card, --born.");
    expect(await desk.results()).toEqual([]);
  });

  it("names the file that cannot be written as it was asked for, and leaves nothing behind", async () => {
    await using desk = await openDesk();
    const nowhere = join(desk.folder, "nowhere", "r.csv");
    expect(await desk.type("results", "--to", nowhere)).toBe(1);
    expect(desk.warned.at(-1)).toBe(`${nowhere} cannot be written: there is no such folder.`);
    expect(await desk.type("results", "--to", desk.folder)).toBe(1);
    expect(desk.warned.at(-1)).toBe(`${desk.folder} cannot be written: it is a folder.`);
    const left = await readdir(dirname(desk.folder));
    expect(left.filter((name) => name.startsWith(`${basename(desk.folder)}.`))).toEqual([]);
  });

  it.each(["device.db", "rows.db"])("says what to do about a damaged %s, without codes", async (name) => {
    await using desk = await openDesk();
    const path = join(desk.folder, "data", name);
    await mkdir(dirname(path));
    await writeFile(path, "a long line that is no database");
    expect(await desk.type("status")).toBe(1);
    expect(desk.warned.at(-1)).toMatch(
      /^This computer could not keep or read its requests\. .+\.db is damaged\. Keep a copy of it/,
    );
  });

  it("counts patients whose registration was cut off between its two files", async () => {
    await using desk = await openDesk();
    const words = ["register", "--patient", "Wanjiru Kamau", ...CLINIC];
    await desk.type(...words);
    await rm(join(desk.folder, "data", "device.db"));
    await desk.type("status");
    expect(desk.said.at(-1)).toMatch(/ 1 {2}new patients not taken yet: run the same command again/);
    expect(await desk.type(...words)).toBe(0);
    await desk.type("status");
    expect(desk.said.at(-1)).toMatch(/ 1 {2}new patients waiting/);
  });

  it.each([
    ["--help"],
    ["book", "--help"],
    ["sync", "--help"],
    ["results", "--help"],
    ["register", "--help"],
    ["status", "--help"],
    ["sign-in", "--help"],
    ["sign-out", "--help"],
    ["doctors", "--help"],
  ])("helps with examples: %s %s", async (...words) => {
    await using desk = await openDesk();
    expect(await desk.type(...words)).toBe(0);
    expect(desk.said.join("\n")).toMatch(/clinic-batch [a-z-]+/);
  });
});

it.each([0, 3, 4, 5, 70, 130])(
  "tells in the help of sync and in the README what exit code %d means",
  async (code) => {
    await using desk = await openDesk();
    await desk.type("sync", "--help");
    expect(desk.said.join(" ")).toMatch(new RegExp(`\\b${code} `));
    expect(await readFile(join(import.meta.dirname, "../README.md"), "utf8")).toContain(`| ${code} |`);
  },
);

it("draws a bar where somebody watches, and clears it", async () => {
  await using desk = await openDesk({ interactive: true });
  const rows = Array.from({ length: 300 }, (_, at) => row(String(at), `P${at}`, `K${at}`, "09:00"));
  await desk.type("book", "--from", await desk.put("r.csv", HEADER, ...rows), ...CLINIC);
  expect(desk.drawn.some((text) => text.includes("█") && text.includes("of 300"))).toBe(true);
  expect(desk.drawn.at(-1)).toBe("");
  expect(desk.drawn.every((text) => text.length < 80)).toBe(true);
});
