import { startIn } from "../../setup/world.ts";
import { type Device, random, type Story } from "./story.ts";

interface Asking {
  /** tokens and devices of those who ask */
  readonly admin: string;
  readonly amina: Device;
  readonly baraka: Device;
  readonly doctor: Device;
}

interface Place {
  readonly clinic: string;
  readonly doctor: string;
}

/** What only REST has: where what was created is read, by whom, and what is said in words. */
export async function onRest(story: Story, asking: Asking, place: Place): Promise<void> {
  const { admin, amina, baraka } = asking;
  const { clinic, doctor } = place;
  const { id: patient } = await story.write("a patient on REST", "POST", "/v1/patients", amina.token, {
    name: "Atieno",
    clinic,
  });
  const booking = { doctor, patient, start: startIn(6, "09:00"), reason: "cough" };
  const { id: appointment } = await story.write(
    "a booking on REST",
    "POST",
    "/v1/appointments",
    amina.token,
    booking,
  );
  await conversation(story, asking, appointment);
  const mary = (await story.signIn("a patient on REST signs in", "mary.w")).accessToken;
  const link = await calendarLink(story, mary);
  const things = [
    `/v1/clinics/${clinic}`,
    `/v1/doctors/${doctor}`,
    `/v1/patients/${patient}`,
    `/v1/appointments/${appointment}`,
    `/v1/conversations/${appointment}`,
    `/v1/calendar-links/${link}`,
    "/v1/appointments/AAAAAAAAAAAAAAAA.1",
    "/v1/appointments/nonsense",
  ];
  const readers = { admin, amina: amina.token, baraka: baraka.token, achieng: asking.doctor.token, mary };
  for (const path of things)
    for (const [who, token] of Object.entries(readers))
      await story.ask(`${who} reads ${path.split("/")[2]}`, "GET", path, { token });
  await created(story, { token: amina.token, mary }, { doctor, patient });
  await inWords(story, amina.token, { doctor, patient });
}

async function conversation(story: Story, { amina, doctor }: Asking, appointment: string): Promise<void> {
  const path = `/v1/conversations/${appointment}`;
  await story.ask("a conversation before its first message", "GET", path, { token: amina.token });
  for (const { token } of [amina, doctor])
    await story.write("a message on REST", "POST", `${path}/messages`, token, { text: "Bring the card." });
}

async function calendarLink(story: Story, token: string): Promise<string> {
  const body = { digest: `${random(31)}A`, of: {} };
  const { id } = await story.write("a calendar link", "POST", "/v1/calendar-links", token, body);
  await story.write("is ended", "DELETE", `/v1/calendar-links/${id}`, token, undefined);
  return id;
}

/** Creations that are no `POST` to a collection, and such a `POST` that creates nothing. */
async function created(
  story: Story,
  { token, mary }: { readonly token: string; readonly mary: string },
  { doctor, patient }: { readonly doctor: string; readonly patient: string },
): Promise<void> {
  const start = startIn(6, "09:25");
  const { id: own } = await story.write("a card of her own", "POST", "/v1/patients", mary, { name: "Mary" });
  const hold = { doctor, patient: own, start, minutes: 30 };
  await story.write("a time is held", "POST", "/v1/appointments/hold", mary, hold);
  await story.write("and is taken", "POST", "/v1/appointments/hold", token, { ...hold, patient });
  const dates = [startIn(7, "09:00").slice(0, 10)];
  const lease = { doctor, dates, until: startIn(7, "08:00"), most: 2 };
  await story.write("times are leased", "POST", "/v1/leases", token, lease);
  const starts = [startIn(7, "09:00")];
  await story.write("and given back", "POST", "/v1/leases/give-back", token, { doctor, starts });
}

/** In the languages of the header, where it names any. */
async function inWords(
  story: Story,
  token: string,
  { doctor, patient }: { readonly doctor: string; readonly patient: string },
): Promise<void> {
  const say = (what: string, language: string, path: string, body: object) =>
    story.ask(`${what}, ${language}`, "POST", `/v1/appointments${path}`, {
      body,
      token,
      key: random(12),
      headers: { "accept-language": language },
    });
  const booking = { doctor, patient, start: startIn(6, "10:15") };
  const { id } = await say("booked", "luo, sw-KE;q=0.8, en;q=0.5", "", booking);
  await say("taken", "sw", "", booking);
  await say("taken", "*", "", booking);
  await say("another time", "hi", "", { ...booking, ifTaken: [{ wish: "sameDoctor", days: 3 }] });
  // The wall is the clinic's, whoever wrote the time by another one.
  const start = startIn(6, "07:40").replace("+03:00", "Z");
  await say("moved", "en;q=0.2, hi;q=0, fr", `/${id}/reschedule`, { start });
  await say("cancelled", "en", `/${id}/cancel`, { reason: "rain" });
  await story.ask("a patient is not told", "POST", "/v1/patients", {
    body: { name: "Not told" },
    token,
    key: random(12),
    headers: { "accept-language": "sw" },
  });
}
