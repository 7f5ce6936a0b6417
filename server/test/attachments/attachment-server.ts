import { addDays } from "@healthbridge/schema";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { dateAt } from "../../src/http/rest/reads/parameters.ts";
import { runningServer, type TestServer } from "../http/running-server.ts";
import { metadataText, sealed } from "./files.ts";

/** An answer to one request of the tus protocol. */
export interface TusAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A running server with a patient, her doctor, a stranger, and an appointment that is their conversation. */
export interface AttachmentServer {
  readonly server: TestServer;
  readonly folder: string;
  readonly tokens: { readonly mary: string; readonly doctor: string; readonly stranger: string };
  readonly conversation: string;
  /** another patient's, which Mary does not see */
  readonly foreign: string;
  /** a fresh access token of Mary's on another device */
  otherDevice(): Promise<string>;
  tus(
    method: string,
    path: string,
    token: string,
    headers?: Readonly<Record<string, string>>,
    body?: Uint8Array,
  ): Promise<TusAnswer>;
  /** begins an upload; answers its id and what the server said */
  begin(
    content: Uint8Array,
    facts: { readonly kind: string; readonly type: string } & Readonly<Record<string, string>>,
    more?: {
      readonly token?: string;
      readonly conversation?: string;
      readonly body?: Uint8Array;
      /** whether a message names it, as apps see to before; true by default */
      readonly named?: boolean;
    },
  ): Promise<TusAnswer & { readonly id: string; readonly metadata: Readonly<Record<string, string>> }>;
  /** writes a message that names attachments; answers its id */
  name(ids: readonly string[], more?: { readonly token?: string; readonly text?: string }): Promise<string>;
  patch(id: string, offset: number, body: Uint8Array, token?: string): Promise<TusAnswer>;
  offsetOf(id: string, token?: string): Promise<number>;
  /** as anybody fetches a file */
  get(path: string, token: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

const OCTETS = "application/offset+octet-stream";
export const PATH = "/v1/attachments";

export async function attachmentServer(environment: Record<string, string> = {}): Promise<AttachmentServer> {
  const folder = await mkdtemp(join(tmpdir(), "healthbridge-attachments-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const server = await runningServer({ HEALTHBRIDGE_ATTACHMENTS: folder, ...environment });
  const people = await openPeople(server);
  const { mary } = people.tokens;

  const tus: AttachmentServer["tus"] = async (method, path, token, headers = {}, body) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "tus-resumable": "1.0.0", ...headers },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  let lines = 0;
  const name: AttachmentServer["name"] = async (ids, { token = mary, text } = {}) => {
    const path = `/v1/conversations/${people.conversation}/messages`;
    const answer = await server.send("POST", path, {
      token,
      headers: { "idempotency-key": `attachment-line-${(lines += 1)}` },
      json: { attachments: ids, ...(text === undefined ? {} : { text }) },
    });
    expect(answer.status).toBe(200);
    const list = await server.send("GET", path, { token });
    return list.body.items[0].id;
  };
  return {
    server,
    folder,
    ...people,
    name,
    otherDevice: async () => (await server.signIn("mary", undefined, "Phone")).accessToken,
    tus,
    async begin(
      content,
      facts,
      { token = mary, conversation = people.conversation, body, named = true } = {},
    ) {
      const { id, metadata } = sealed(conversation, facts);
      if (named && token === mary && conversation === people.conversation) await name([id]);
      const headers = {
        "upload-length": String(content.length),
        "upload-metadata": metadataText(metadata),
        ...(body === undefined ? {} : { "content-type": OCTETS }),
      };
      return { ...(await tus("POST", PATH, token, headers, body)), id, metadata };
    },
    patch: (id, offset, body, token = mary) =>
      tus("PATCH", `${PATH}/${id}`, token, { "upload-offset": String(offset), "content-type": OCTETS }, body),
    async offsetOf(id, token = mary) {
      const { status, headers } = await tus("HEAD", `${PATH}/${id}`, token);
      expect(status).toBe(200);
      return Number(headers.get("upload-offset"));
    },
    get: (path, token, headers = {}) =>
      fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } }),
  };
}

async function openPeople(
  server: TestServer,
): Promise<Pick<AttachmentServer, "tokens" | "conversation" | "foreign">> {
  let keys = 0;
  const made = async (token: string, path: string, json: object, method = "POST"): Promise<string> => {
    const headers = { "idempotency-key": `attachment-test-${(keys += 1)}` };
    const answer = await server.send(method, path, { token, json, headers });
    expect([path, answer.status >= 300 ? answer.text : ""]).toEqual([path, ""]);
    return answer.body.id;
  };
  const signedIn = async (login: string): Promise<string> => (await server.signIn(login)).accessToken;
  await server.open("admin", "administrator");
  const admin = await signedIn("admin");
  const zone = "Africa/Nairobi";
  const clinic = await made(admin, "/v1/clinics", { name: "Kitui", zone });
  const facts = { clinic, specialities: ["general-practice"], languages: ["sw"] };
  const doctorId = await made(admin, "/v1/doctors", { name: "Dr Achieng", ...facts });
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [{ from: "08:00", to: "16:00" }] }));
  const hours = { zone, slotMinutes: 20, bufferMinutes: 0, weekly };
  await made(admin, `/v1/doctors/${doctorId}/availability`, hours, "PUT");
  await server.open("achieng", "doctor", { doctor: doctorId });
  await server.open("mary", "patient");
  await server.open("stranger", "patient");
  const [doctor, mary, stranger] = await Promise.all(["achieng", "mary", "stranger"].map(signedIn));
  if (doctor === undefined || mary === undefined || stranger === undefined)
    throw new Error("nobody signed in");
  const day = addDays(dateAt(Date.now()), 3);
  const booked = async (token: string, name: string, time: string): Promise<string> => {
    const patient = await made(token, "/v1/patients", { name });
    return made(token, "/v1/appointments", { doctor: doctorId, patient, start: `${day}T${time}+03:00` });
  };
  return {
    tokens: { mary, doctor, stranger },
    conversation: await booked(mary, "Mary", "09:00"),
    foreign: await booked(stranger, "Somebody else", "09:20"),
  };
}
