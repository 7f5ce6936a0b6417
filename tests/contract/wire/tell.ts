import {
  type Appointment,
  epochMinutes,
  foreseenSum,
  type SlotMark,
  type SlotState,
} from "@healthbridge/schema";
import { startIn } from "../../setup/world.ts";
import { onRest } from "./tell-rest.ts";
import { type Answers, Device, PASSWORD, random, type Sending, Story, type Told } from "./story.ts";

const at = (time: string): string => startIn(3, time);

/** What both servers are asked, from an administrator on an empty server on. */
export async function tellStory(
  answers: Answers,
  administrator: { readonly login: string; readonly password: string },
): Promise<readonly Told[]> {
  const story = new Story(answers);
  const admin = (
    await story.signIn("an administrator signs in", administrator.login, random(32), administrator.password)
  ).accessToken;
  const place = await directory(story, admin);
  const people = await accounts(story, admin, place);
  await queue(story, people.amina, place);
  await wishes(people.amina, place);
  await echoes(people.amina, place);
  await corrections(people, place);
  await patients(story, place);
  await onRest(story, { admin, ...people }, place);
  await rights(story, admin, people, place);
  await lines(people);
  await sessions(story);
  await borders(story, people.amina);
  return story.told;
}

interface Place {
  readonly clinic: string;
  readonly other: string;
  readonly doctor: string;
}

async function directory(story: Story, admin: string): Promise<Place> {
  const key = random(12);
  const kitui = { name: "Kitui", zone: "Africa/Nairobi", lat: -1.37, lng: 38.01 };
  const { id: clinic } = await story.write("a clinic", "POST", "/v1/clinics", admin, kitui, key);
  await story.write("the same request again", "POST", "/v1/clinics", admin, kitui, key);
  await story.write(
    "its key for something else",
    "POST",
    "/v1/clinics",
    admin,
    { ...kitui, name: "Voi" },
    key,
  );
  await story.ask("no key", "POST", "/v1/clinics", { body: kitui, token: admin });
  await story.write("half a position", "POST", "/v1/clinics", admin, {
    name: "Voi",
    zone: "Africa/Nairobi",
    lat: 1,
  });
  await story.write("a field that does not exist", "POST", "/v1/clinics", admin, { ...kitui, colour: "red" });
  const { id: other } = await story.write("another clinic", "POST", "/v1/clinics", admin, {
    name: "Voi",
    zone: "Africa/Nairobi",
  });
  const { id: doctor } = await story.write("a doctor", "POST", "/v1/doctors", admin, {
    name: "Dr Achieng",
    clinic,
    specialities: ["general-practice"],
    languages: ["sw"],
  });
  const week = {
    zone: "Africa/Nairobi",
    slotMinutes: 20,
    bufferMinutes: 5,
    weekly: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [{ from: "09:00", to: "11:00" }] })),
  };
  await story.write("her week", "PUT", `/v1/doctors/${doctor}/availability`, admin, week);
  await story.write("a zone that is none", "PUT", `/v1/doctors/${doctor}/availability`, admin, {
    ...week,
    zone: "Mars/Olympus",
  });
  await story.write("a doctor nowhere", "PUT", `/v1/doctors/AAAAAAAAAAAAAAAA.1/availability`, admin, week);
  return { clinic, other, doctor };
}

interface People {
  readonly amina: Device;
  readonly baraka: Device;
  readonly doctor: Device;
  /** the account of amina */
  readonly account: string;
}

async function accounts(story: Story, admin: string, { clinic, other, doctor }: Place): Promise<People> {
  const open = (login: string, more: object) =>
    story.ask(`an account for ${login}`, "POST", "/v1/accounts", {
      body: { login, name: login, password: PASSWORD, ...more },
      token: admin,
    });
  const { id: account } = await open("amina", { role: "staff", clinics: [clinic] });
  await open("baraka", { role: "staff", clinics: [other] });
  await open("achieng", { role: "doctor", doctor });
  await open("amina", { role: "staff", clinics: [clinic] });
  await open("twice", { role: "doctor", doctor });
  await open("nowhere", { role: "staff", clinics: ["AAAAAAAAAAAAAAAA.1"] });
  await open("weak", { password: "short" });
  const device = async (login: string) =>
    new Device(story, (await story.signIn(`${login} signs in`, login)).accessToken);
  const amina = await device("amina");
  const follow = [
    "me",
    `clinic:${clinic}`,
    `calendar:${doctor}`,
    `clinic:${other}`,
    "calendar:AAAAAAAAAAAAAAAA.1",
  ];
  await amina.sync("a device begins", [], { follow });
  await amina.sync("nothing is new");
  const baraka = await device("baraka");
  await baraka.sync("the other clinic begins", [], { follow: ["me", `clinic:${other}`, "directory"] });
  const hers = await device("achieng");
  await hers.sync("the doctor begins", [], { follow: ["me", `calendar:${doctor}`] });
  return { amina, baraka, doctor: hers, account };
}

const register = (name: string, clinic: string, more: object = {}) => ({
  type: "patient.register",
  input: { name, clinic },
  ...more,
});
const book = (doctor: string, patient: string, time: string, more: object = {}) => ({
  type: "appointment.book",
  input: { doctor, patient, start: at(time), ...more },
});

async function queue(story: Story, amina: Device, { clinic, doctor }: Place): Promise<void> {
  const first = [register("Wanjiru", clinic), book(doctor, amina.id(1), "09:00", { reason: "cough" })];
  await amina.sync("a patient and her booking", first);
  await amina.sync("the same once more", first, { from: 1 });
  await amina.sync(
    "another thing under a known number",
    [register("Somebody", clinic), register("Else", clinic)],
    { from: 1 },
  );
  await amina.sync("a request without operations behind what is settled", [], { from: 1 });
  await amina.sync("a number too far ahead", [register("Later", clinic)], { from: 40 });
  await amina.sync("good and bad together", [
    register("Otieno", clinic),
    book(doctor, amina.id(3), "09:00"),
    { type: "patient.register", input: { nmae: "Njeri", clinic } },
    { type: "letter.send", input: {} },
    { type: "device.revoke", input: { device: amina.id(1) } },
    { type: "appointment.book", input: { doctor, patient: amina.id(3), start: "next tuesday" } },
    { ...register("Needs what was refused", clinic), after: [amina.id(4)] },
    { ...register("Needs what was done", clinic), after: [amina.id(3)] },
    { nothing: "of ours" },
    book(doctor, "AAAAAAAAAAAAAAAA.1", "09:25"),
    book(doctor, amina.id(1), "09:00"),
    book(doctor, amina.id(3), "04:00"),
  ]);
  await amina.sync("outcomes that were not heard", [], { heard: 2 });
  await story.ask("what became of one", "GET", `/v1/operations/${amina.id(4)}`, { token: amina.token });
  await story.ask("what became of one that was applied", "GET", `/v1/operations/${amina.id(1)}`, {
    token: amina.token,
  });
  await story.ask("what became of none", "GET", `/v1/operations/${amina.id(400)}`, { token: amina.token });
}

async function wishes(amina: Device, { doctor }: Place): Promise<void> {
  const otieno = amina.id(3);
  const { next } = amina;
  await amina.sync("wishes", [
    book(doctor, otieno, "09:00", { ifTaken: [{ wish: "sameDay" }] }),
    book(doctor, otieno, "09:25", { ifTaken: [{ wish: "giveUp" }, { wish: "sameDay" }] }),
    book(doctor, otieno, "09:00", { ifTaken: [{ wish: "sameDoctor", days: 2 }] }),
  ]);
  await amina.sync("moves", [
    { type: "appointment.reschedule", input: { appointment: amina.id(next), start: at("10:15") } },
    { type: "appointment.reschedule", input: { appointment: amina.id(next), start: at("09:00") } },
    { type: "appointment.checkIn", input: { appointment: amina.id(next) } },
    { type: "appointment.cancel", input: { appointment: amina.id(next), reason: "rain" } },
    { type: "appointment.cancel", input: { appointment: amina.id(next) } },
  ]);
  await amina.sync("closed on a date", [
    {
      type: "availability.except",
      input: { doctor, dates: [{ date: at("09:00").slice(0, 10), hours: [{ from: "09:00", to: "10:00" }] }] },
    },
  ]);
}

async function echoes(amina: Device, { clinic, doctor }: Place): Promise<void> {
  const id = amina.id(amina.next);
  const start = startIn(4, "09:00");
  const appointment: Appointment = {
    id,
    doctor,
    clinic,
    patient: amina.id(1),
    start,
    minutes: 20,
    zone: "Africa/Nairobi",
    status: "booked",
  };
  const slot = (at: string, state: SlotState): SlotMark => [
    `${doctor}/${at.slice(0, 10)}`,
    epochMinutes(at),
    state,
  ];
  const sum = foreseenSum([{ kind: "appointment", entity: appointment }], [slot(start, "b")]);
  const operation = { type: "appointment.book", input: { doctor, patient: amina.id(1), start }, sum };
  await amina.sync("what a device foresaw is not told again", [operation]);
  await amina.sync("what it foresaw wrongly is", [{ ...register("Mutua", clinic), sum: "zzzzz" }]);
  const later = startIn(4, "09:30");
  const moved = { type: "appointment.reschedule", input: { appointment: id, start: later } };
  const change = { kind: "appointment", entity: { ...appointment, start: later } } as const;
  const wrong = foreseenSum([change], [slot(later, "b")]);
  await amina.sync("where it foresaw other slots it is told so, and sent the sheet", [
    { ...moved, sum: wrong },
  ]);
}

async function corrections({ amina, baraka, doctor }: People, { other }: Place): Promise<void> {
  await doctor.sync("the doctor sees who comes", []);
  await baraka.sync("the other clinic sees nothing of it", []);
  await amina.sync("a name is corrected", [
    { type: "patient.update", input: { patient: amina.id(1), village: "Makindu" } },
  ]);
  await amina.sync("a card cannot go where one does not work", [
    { type: "patient.update", input: { patient: amina.id(1), clinic: other } },
  ]);
  await doctor.sync("the doctor sees the correction", []);
}

async function patients(story: Story, { doctor }: Place): Promise<void> {
  const body = { login: "mary.w", name: "Mary", password: PASSWORD };
  await story.ask("a patient opens an account", "POST", "/v1/accounts", { body });
  await story.ask("and once more, which is not told", "POST", "/v1/accounts", { body });
  await story.ask("not as staff", "POST", "/v1/accounts", {
    body: { ...body, login: "mary.x", role: "staff" },
  });
  const mary = new Device(story, (await story.signIn("she signs in", "mary.w")).accessToken);
  await mary.sync("she begins", [], { follow: ["me", `calendar:${doctor}`] });
  await mary.sync("for her child", [
    { type: "patient.register", input: { name: "Baraka" } },
    { type: "appointment.book", input: { doctor, patient: mary.id(1), start: startIn(5, "09:25") } },
  ]);
  await mary.sync("what she may not", [
    { type: "appointment.checkIn", input: { appointment: mary.id(2) } },
    { type: "clinic.register", input: { name: "Hers", zone: "Africa/Nairobi" } },
    { type: "appointment.markMissed", input: { appointment: "AAAAAAAAAAAAAAAA.1" } },
  ]);
  await story.ask("her own account", "GET", "/v1/accounts/me", { token: mary.token });
}

async function rights(story: Story, admin: string, people: People, { clinic, other }: Place): Promise<void> {
  const { amina, baraka, account } = people;
  await amina.sync("the clinic sees who is expected", []);
  await story.write("she works for both", "PUT", `/v1/accounts/${account}/clinics`, admin, {
    clinics: [clinic, other],
  });
  await amina.sync(
    "a card moves",
    [{ type: "patient.update", input: { patient: amina.id(1), clinic: other } }],
    { follow: [`clinic:${other}`] },
  );
  await baraka.sync("the other clinic sees her and her appointments", []);
  await story.write("she works for the other", "PUT", `/v1/accounts/${account}/clinics`, admin, {
    clinics: [other],
  });
  await amina.sync("a feed is dropped", []);
  await amina.sync("and refused", [], { follow: [`clinic:${clinic}`] });
}

async function lines({ baraka }: People): Promise<void> {
  const headers = { accept: "application/x-ndjson" };
  baraka.cursors.clear();
  await baraka.sync("an answer in lines", [], { follow: ["directory", "me"] }, headers);
  baraka.cursors.clear();
  await baraka.sync("as much as fits", [], { follow: ["me", "directory"], budget: 300 });
  await baraka.sync("the rest", []);
  await baraka.sync("nothing, please", [], { budget: 0 });
}

async function sessions(story: Story): Promise<void> {
  const nonce = random(32);
  const one = await story.signIn("a sign-in whose answer is lost", "baraka", nonce);
  const same = await story.signIn("is asked for again", "baraka", nonce);
  story.told.push({
    what: "one device",
    status: 0,
    body: [one.device === same.device, one.refreshToken === same.refreshToken],
  });
  await story.signIn("a wrong password", "baraka", random(32), "not this one, surely");
  await story.signIn("nobody", "nobody.here");
  const pair = { refreshToken: one.refreshToken, nonce: random(32) };
  const refresh = (what: string, body: object) => story.ask(what, "POST", "/v1/sessions/refresh", { body });
  const next = await refresh("a refresh", pair);
  const again = await refresh("the same pair", pair);
  story.told.push({ what: "one successor", status: 0, body: next.refreshToken === again.refreshToken });
  await story.signIn("a nonce that is spent", "baraka", nonce);
  await refresh("no token of ours", { ...pair, refreshToken: "nothing" });
  await refresh("the old token with another nonce is theft", { ...pair, nonce: random(32) });
  await refresh("and ends the family", { refreshToken: next.refreshToken, nonce: random(32) });
  const phone = await story.signIn("a phone", "baraka");
  const lost = await story.signIn("a lost phone", "baraka");
  await story.write("is signed out", "DELETE", `/v1/devices/${lost.device}`, phone.accessToken, undefined);
  await story.ask("signs out", "DELETE", "/v1/sessions/current", { token: phone.accessToken });
  await story.ask("and is out", "GET", "/v1/accounts/me", { token: phone.accessToken });
  await refresh("for good", { refreshToken: phone.refreshToken, nonce: random(32) });
}

async function borders(story: Story, { token, stream }: Device): Promise<void> {
  const body = { protocol: 1, stream, from: 1 };
  const sync = (what: string, sending: Sending) => story.ask(what, "POST", "/v1/sync", { token, ...sending });
  await sync("another protocol", { body: { ...body, protocol: 99, future: true } });
  await sync("no stream", { body: { protocol: 1, from: 1 } });
  await sync("an unknown field", { body: { ...body, colour: "red" } });
  await sync("not JSON", { raw: "{" });
  await sync("a form", { raw: "a=b", headers: { "content-type": "text/plain" } });
  await sync("somebody else's stream", { body: { ...body, stream: "AAAAAAAAAAAAAAAA" } });
  await story.ask("no token", "POST", "/v1/sync", { body });
  await story.ask("a token of nobody's", "POST", "/v1/sync", { body, token: "nonsense" });
  await story.ask("whether it lives", "GET", "/healthz");
  await story.ask("no such route", "GET", "/v1/nothing", { token });
}
