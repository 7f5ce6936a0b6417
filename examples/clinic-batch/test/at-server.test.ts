import { FakeServer } from "@healthbridge/client-sdk/testing";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { type Desk, openDesk } from "./support/desk.ts";

const URL = "http://127.0.0.1:8080";
const PASSWORD = "a sentence only I know";
/** A clinic nobody here works for: the server refuses its patients. */
const OTHER_CLINIC = "BBBBBBBBBBBBBBBB.1";

/** A server with two who sign in at the same computer. */
function openServer(): FakeServer & { readonly doctor: string } {
  const server = new FakeServer();
  const { clinic, id: doctor } = server.addDoctor();
  for (const login of ["amina", "baraka"])
    server.addAccount({ login, password: PASSWORD, role: "staff", clinics: [clinic] });
  answer((request) => server.fetch(request));
  return Object.assign(server, { doctor });
}

function answer(how: (request: Request) => Promise<Response>): void {
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => how(new Request(url, init)));
}

async function openClinic(): Promise<Desk> {
  const desk = await openDesk({ env: { CLINIC_BATCH_PASSWORD: PASSWORD } });
  openServer();
  expect(await desk.type("sign-in", "--server", URL, "--name", "amina")).toBe(0);
  return desk;
}

describe("Ctrl-C", () => {
  it("stops a sync that waits for a network: nothing is lost, and what to do next", async () => {
    await using desk = await openClinic();
    await desk.type("register", "--patient", "Wanjiru Kamau");
    answer(() => {
      desk.interrupt.abort();
      return Promise.reject(new TypeError("fetch failed"));
    });
    expect(await desk.type("sync", "--try-for", "60")).toBe(130);
    expect(desk.said.at(-1)).toContain("Stopped. Nothing is lost: 1 waiting to be sent; run sync again.");
  });

  it("stops a sign-in that downloads the lists", async () => {
    await using desk = await openDesk({ env: { CLINIC_BATCH_PASSWORD: PASSWORD } });
    const server = openServer();
    answer((request) => {
      if (request.url.endsWith("/sync")) desk.interrupt.abort();
      return server.fetch(request);
    });
    expect(await desk.type("sign-in", "--server", URL, "--name", "amina")).toBe(130);
    expect(desk.said.join("\n")).toContain("go on with: clinic-batch sync");
  });
});

describe("signing in", () => {
  it("mends damaged settings, and keeps the damaged ones", async () => {
    await using desk = await openClinic();
    const settings = join(desk.folder, "data", "settings.json");
    await writeFile(settings, '{"server": "htt');
    expect(await desk.type("status")).toBe(1);
    expect(desk.warned.at(-1)).toContain("sign-in --server URL");
    expect(await desk.type("sign-in", "--server", URL, "--name", "amina")).toBe(0);
    expect(desk.warned.at(-1)).toContain(`kept as ${settings}.damaged`);
    expect(await readFile(`${settings}.damaged`, "utf8")).toBe('{"server": "htt');
    expect(await desk.type("sync")).toBe(0);
  });

  it("says what a sign-in name looks like", async () => {
    await using desk = await openClinic();
    expect(await desk.type("sign-in", "--name", "am")).toBe(1);
    expect(desk.warned.at(-1)).toMatch(/^A sign-in name has 3 to 64 letters or digits/);
  });

  it("asks to come back where the server has no time, without its codes", async () => {
    await using desk = await openDesk({ env: { CLINIC_BATCH_PASSWORD: PASSWORD } });
    openServer().busy = { retryAfterSeconds: 5 };
    expect(await desk.type("sign-in", "--server", URL, "--name", "amina")).toBe(1);
    expect(desk.warned.at(-1)).toBe("The server can let nobody in just now. Wait 5 seconds and try again.");
  });
});

describe("a request whose time is gone", () => {
  it("says who is on the waiting list, and why, and counts nobody there as confirmed", async () => {
    await using desk = await openDesk({ env: { CLINIC_BATCH_PASSWORD: PASSWORD } });
    const server = openServer();
    await desk.type("sign-in", "--server", URL, "--name", "amina");
    const start = server.freeStarts(server.doctor).at(-1) ?? "";
    const file = await desk.put(
      "r.csv",
      "request,patient_name,doctor,start,if_taken,urgency",
      `1,Wanjiru,${server.doctor},${start},,`,
      `2,Otieno,${server.doctor},${start},waiting list for 3 days,urgent`,
    );
    expect(await desk.type("book", "--from", file)).toBe(0);
    await desk.type("sync");
    expect(await desk.results()).toMatchObject([
      { request: "1", outcome: "confirmed" },
      {
        request: "2",
        outcome: "on the waiting list",
        in_words: "on the waiting list, because the time was taken by somebody else",
        code: "slot_taken",
      },
    ]);
    await desk.type("status");
    expect(desk.said.join("\n")).toMatch(/ 1 {4}confirmed as asked\n[^]* 1 {4}on the waiting list/);
  });
});

describe("a patient registered on the command line", () => {
  it("stands in the results with the reason of a refusal, and can be asked for again", async () => {
    await using desk = await openClinic();
    const words = ["register", "--patient", "Wanjiru Kamau", "--clinic", OTHER_CLINIC];
    await desk.type(...words);
    await desk.type("sync");
    expect(await desk.results()).toMatchObject([
      {
        file: "command line",
        line: "",
        patient: "Wanjiru Kamau",
        outcome: "refused",
        in_words: "refused, because this account does not work for that clinic",
      },
    ]);
    await desk.type(...words);
    expect((await desk.results()).map(({ outcome }) => outcome)).toEqual(["refused", "waiting to be sent"]);
  });

  it("is not registered a second time by the next who signs in; status says whose she is", async () => {
    await using desk = await openClinic();
    await desk.type("register", "--patient", "Wanjiru Kamau");
    await desk.type("sign-out");
    await desk.type("sign-in", "--name", "baraka");
    expect(await desk.type("register", "--patient", "Wanjiru Kamau")).toBe(1);
    expect(desk.warned.at(-1)).toMatch(/^It was taken when amina was signed in; sign in as amina/);
    await desk.type("status");
    expect(desk.said.at(-1)).toMatch(/ 1 {2}new patients taken by somebody else/);
  });
});
