import { FakeServer } from "@healthbridge/client-sdk/testing";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { run } from "../src/program.ts";
import { type Person, person } from "./support/person.ts";

const PASSWORD = "a sentence only I know";
const folder = await mkdtemp(join(tmpdir(), "chat-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

function openServer(): FakeServer {
  const server = new FakeServer();
  const { clinic, id: doctor } = server.addDoctor({ name: "Dr Achieng" });
  server.addAccount({ login: "amina", password: PASSWORD, role: "staff", clinics: [clinic], name: "Amina" });
  const patient = server.addPatient({ name: "Wanjiru Kamau", clinic });
  const start = server.freeStarts(doctor).at(-1) ?? "";
  server.bookElsewhere({ doctor, patient: patient.id, start });
  answer((request) => server.fetch(request));
  return server;
}

function answer(how: (request: Request) => Promise<Response>): void {
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => how(new Request(url, init)));
}

const noNetwork = (): Promise<Response> => Promise.reject(new TypeError("fetch failed"));

/** Runs the program with all that is typed; answers its exit code. */
function type(who: Person, name: string, ...lines: readonly string[]): Promise<number> {
  for (const line of lines) who.type(line);
  who.leave();
  return run(["--login", "Amina", "--folder", join(folder, name)], who.terminal);
}

describe("the program", () => {
  it("helps with examples", async () => {
    const who = person();
    expect(await run(["--help"], who.terminal)).toBe(0);
    expect(who.said.join("\n")).toMatch(/Two people in two terminals[^]*npm run chat -- --login staff/);
  });

  it("signs in, sends what is typed before the input ends, and says that it was", async () => {
    const server = openServer();
    const who = person({ env: { CHAT_PASSWORD: PASSWORD } });
    expect(await type(who, "sends", "wanjiru", "Hello")).toBe(0);
    expect(server.list("message")).toMatchObject([{ number: 1, text: "Hello", by: "clinic" }]);
    expect(who.said.at(-1)).toBe("1  “Hello”: sent");
  });

  it("needs a network for the first sign-in only; later lines are kept, and sent when it is back", async () => {
    const server = openServer();
    const password = { env: { CHAT_PASSWORD: PASSWORD } };
    answer(noNetwork);
    const early = person(password);
    expect(await type(early, "kept")).toBe(3);
    expect(early.warned).toEqual([expect.stringContaining("Signing in for the first time needs a network")]);
    answer((request) => server.fetch(request));
    expect(await type(person(password), "kept")).toBe(0);
    answer(noNetwork);
    const offline = person();
    expect(await type(offline, "kept", "wanjiru", "Kept")).toBe(0);
    expect(offline.said).toContain("-- no network: what you write is kept here and sent later");
    expect(offline.said.join("\n")).toContain("1 line waiting to be sent; kept here");
    answer((request) => server.fetch(request));
    expect(await type(person(), "kept")).toBe(0);
    expect(server.list("message")).toMatchObject([{ text: "Kept" }]);
  });

  it.each([
    [{}, [], "Nobody can be asked for the password here"],
    [{ CHAT_PASSWORD: "not the password" }, [], "The name or the password is not right."],
    [{ CHAT_PASSWORD: PASSWORD }, ["--url", "http://health.example"], "is not encrypted"],
    [{ CHAT_PASSWORD: PASSWORD }, ["--url", "https://"], "is no address of a server"],
  ])("explains why nobody is signed in: %j %j", async (env, words, told) => {
    openServer();
    const who = person({ env });
    expect(await run(["--login", "amina", "--folder", join(folder, "wrong"), ...words], who.terminal)).toBe(
      1,
    );
    expect(who.warned.join("\n")).toContain(told);
  });

  it("writes nothing where the conversation that is asked for is not there", async () => {
    const server = openServer();
    const who = person({ env: { CHAT_PASSWORD: PASSWORD } });
    who.type("wanjiru");
    who.leave();
    const words = ["--login", "amina", "--folder", join(folder, "nobody"), "--with", "otieno"];
    expect(await run(words, who.terminal)).toBe(1);
    expect(who.said).toContain("-- Nobody here is called “otieno”. /list shows all.");
    expect(server.list("message")).toEqual([]);
  });

  it("says whose name is missing", async () => {
    const who = person();
    expect(await run([], who.terminal)).toBe(1);
    expect(who.warned.join("\n")).toContain("--login");
  });

  it("goes on with nobody else's lines: who signs in on the same folder is asked for a password", async () => {
    const server = openServer();
    server.addAccount({
      login: "baraka",
      password: PASSWORD,
      role: "staff",
      clinics: [server.list("clinic")[0]?.id ?? ""],
    });
    const password = { env: { CHAT_PASSWORD: PASSWORD } };
    expect(await type(person(password), "shared")).toBe(0);
    const other = person();
    other.leave();
    expect(await run(["--login", "baraka", "--folder", join(folder, "shared")], other.terminal)).toBe(1);
    expect(other.warned.join("\n")).toContain("password");
  });
});
