import { randomBytes } from "node:crypto";
import { type Documents, openDocuments } from "@healthbridge/client-sdk/documents";
import { HealthBridge, memoryStore } from "@healthbridge/client-sdk";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { WebsocketProvider } from "y-websocket-3-1";
import * as Y from "yjs";
import { createPasswordHasher } from "../../server/src/accounts/password-hash.ts";
import { systemRandomness } from "../../server/src/adapters/randomness.ts";
import { readConfig } from "../../server/src/config/config.ts";
import { startServer } from "../../server/src/server.ts";
import { freshDatabase } from "../setup/fresh-database.ts";
import { everyDay, newStream, openWorld, startIn, ZONE } from "../setup/world.ts";

/** Documents from an editor on a phone to the database and into another editor: the SDK, the stock provider, and the server as an operator starts it. */
const TENANT = "demo";
const PASSWORD = "a walk along the wide river";
const database = await freshDatabase();
const server = await startServer(
  readConfig({
    DATABASE_URL: database.url,
    HEALTHBRIDGE_KEYS: `1:${randomBytes(32).toString("base64url")}`,
    HEALTHBRIDGE_TENANT: TENANT,
    HEALTHBRIDGE_LOG: "silent",
    PORT: "0",
  }),
  { say: () => undefined, write: () => undefined },
);
const world = await openWorld(database.url, {}, TENANT);
afterAll(async () => {
  await server.close();
  await world[Symbol.asyncDispose]();
});

/** Opens an account somebody can sign in to; answers its login. */
async function account(
  role: "patient" | "doctor",
  more: object = {},
): Promise<{ readonly login: string; readonly id: string }> {
  const login = `p${randomBytes(5).toString("hex")}`;
  const stream = newStream();
  const passwordHash = await createPasswordHasher(systemRandomness).hash(PASSWORD);
  const input = { login, name: `Test ${role}`, role, ...more };
  await world.executor.submit({
    submitter: { tenant: TENANT, account: undefined, device: undefined, system: true },
    stream,
    from: 1,
    heard: 0,
    operations: [{ type: "account.register", input, madeAt: 0, secrets: { passwordHash } }],
    carrier: "server",
  });
  return { login, id: `${stream}.1` };
}

/** One request over REST as somebody; answers the body. */
async function ask(
  method: string,
  path: string,
  token: string,
  json?: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.url}/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "idempotency-key": randomBytes(12).toString("hex"),
    },
    ...(json && { body: JSON.stringify(json) }),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.status === 204 ? {} : await response.json();
}

/** Signs in somewhere else; answers an access token. */
async function tokenOf(login: string): Promise<string> {
  const nonce = randomBytes(32).toString("base64url");
  const body = { login, password: PASSWORD, device: "desk", nonce };
  const response = await fetch(`${server.url}/v1/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const { accessToken } = await response.json();
  return accessToken;
}

let days = 0;
const opened: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});

/** A patient with an account who has an appointment, and the doctor's login. */
async function consultation() {
  const patient = await account("patient");
  const [doctor = ""] = await world.asSystem([
    {
      type: "doctor.register",
      input: {
        name: "Dr Achieng",
        clinic: world.clinic,
        specialities: ["general-practice"],
        languages: ["sw"],
      },
    },
  ]);
  const weekly = everyDay("08:00", "17:00");
  await world.asSystem([
    { type: "availability.set", input: { doctor, zone: ZONE, slotMinutes: 20, bufferMinutes: 0, weekly } },
  ]);
  const { login: doctorLogin } = await account("doctor", { doctor });
  days += 1;
  const token = await tokenOf(patient.login);
  const { id: card } = await ask("POST", "patients", token, { name: "Wanjiru" });
  const { id } = await ask("POST", "appointments", token, {
    doctor,
    patient: card,
    start: startIn(days, "09:20"),
  });
  return { login: patient.login, doctorLogin, conversation: String(id) };
}

async function phone(
  login: string,
  socket?: false,
): Promise<{ readonly hb: HealthBridge; readonly documents: Documents }> {
  const store = memoryStore();
  const hb = await HealthBridge.open({ url: server.url, store, autoSync: false, deviceName: "phone" });
  opened.push(hb);
  await hb.signIn({ login, password: PASSWORD });
  const documents = await openDocuments({ hb, url: server.url, store, ...(socket === false && { socket }) });
  opened.push(documents);
  return { hb, documents };
}

const read = (doc: Y.Doc): string => doc.getText("text").toJSON();
const write = (doc: Y.Doc, text: string): void => {
  doc.getText("text").insert(doc.getText("text").length, text);
};

describe("a document of a consultation", () => {
  it("is written on a phone, on a desk with a stock editor, and on a line without sockets", async () => {
    const { login, doctorLogin, conversation } = await consultation();
    const address = { conversation, kind: "intake" } as const;
    const patient = await (await phone(login)).documents.open(address);
    write(patient.doc, "fever since Monday. ");
    await expect.poll(() => patient.status.get()).toMatchObject({ live: true, waiting: false, may: "write" });

    const token = await tokenOf(doctorLogin);
    const { ticket } = await ask("POST", "realtime/ticket", token, { purpose: "documents" });
    const desk = new Y.Doc();
    const provider = new WebsocketProvider(
      `${server.url.replace("http", "ws")}/v1/documents`,
      `${conversation}.intake`,
      desk,
      {
        params: { ticket: String(ticket) },
        disableBc: true,
      },
    );
    opened.push({ close: async () => provider.destroy() });
    await expect.poll(() => read(desk)).toBe("fever since Monday. ");
    write(desk, "no cough. ");
    await expect.poll(() => read(patient.doc)).toBe("fever since Monday. no cough. ");

    const tablet = await (await phone(login, false)).documents.open(address);
    await tablet.sync();
    write(tablet.doc, "pulse 96.");
    await tablet.sync();
    expect(tablet.status.get()).toMatchObject({ live: false, waiting: false });
    await expect.poll(() => read(desk)).toBe("fever since Monday. no cough. pulse 96.");
    await expect.poll(() => read(patient.doc)).toBe("fever since Monday. no cough. pulse 96.");
  });

  it("is not for the patient where it is the doctor's notes", async () => {
    const { login, doctorLogin, conversation } = await consultation();
    const address = { conversation, kind: "notes" } as const;
    const notes = await (await phone(doctorLogin)).documents.open(address);
    write(notes.doc, "malaria?");
    await expect.poll(() => notes.status.get()).toMatchObject({ live: true, waiting: false });
    const hers = await (await phone(login)).documents.open(address);
    await expect.poll(() => hers.status.get().problem).toBe("not_found");
    expect(read(hers.doc)).toBe("");
  });

  it("is cut from a phone that is signed out elsewhere, within five seconds", async () => {
    const { login, conversation } = await consultation();
    const { documents } = await phone(login);
    const intake = await documents.open({ conversation, kind: "intake" });
    await expect.poll(() => intake.status.get().live).toBe(true);
    const token = await tokenOf(login);
    const { devices } = await ask("GET", "devices", token);
    const phones = (devices as ReadonlyArray<{ readonly id: string; readonly name: string }>).filter(
      ({ name }) => name === "phone",
    );
    for (const { id } of phones) await world.asSystem([{ type: "device.revoke", input: { device: id } }]);
    await expect.poll(() => intake.status.get().live, { timeout: 10_000 }).toBe(false);
  });

  it("becomes read only within five seconds of the conversation's end, for whoever writes nothing meanwhile as well", async () => {
    const { login, doctorLogin, conversation } = await consultation();
    const intake = await (await phone(login)).documents.open({ conversation, kind: "intake" });
    write(intake.doc, "before");
    await expect.poll(() => intake.status.get()).toMatchObject({ live: true, waiting: false });
    const token = await tokenOf(doctorLogin);
    await ask("POST", `conversations/${conversation}/close`, token, {});
    await expect.poll(() => intake.status.get().may, { timeout: 5_000 }).toBe("read");
    expect(intake.status.get()).toMatchObject({ live: true, waiting: false, problem: undefined });
    expect(() => {
      write(intake.doc, "after");
    }).toThrow("forbidden");
    await ask("POST", `conversations/${conversation}/reopen`, token, {});
    await expect.poll(() => intake.status.get().may, { timeout: 5_000 }).toBe("write");
    write(intake.doc, ", again");
    await expect.poll(() => intake.status.get()).toMatchObject({ live: true, waiting: false });
  });

  it("keeps on the device what was written as the conversation ended, and says that it was not taken", async () => {
    const { login, doctorLogin, conversation } = await consultation();
    const intake = await (await phone(login)).documents.open({ conversation, kind: "intake" });
    await expect.poll(() => intake.status.get()).toMatchObject({ live: true, may: "write" });
    await ask("POST", `conversations/${conversation}/close`, await tokenOf(doctorLogin), {});
    // Whoever writes on and on has something on its way at any moment.
    await expect
      .poll(
        () => {
          if (intake.status.get().may === "write") write(intake.doc, ".");
          return intake.status.get().may;
        },
        { timeout: 5_000, interval: 250 },
      )
      .toBe("read");
    expect(intake.status.get()).toMatchObject({ problem: "forbidden", waiting: true });
  });
});
