import type { Device } from "../world/device.ts";
import type { Asked, Told } from "../world/history.ts";
import type { World } from "../world/world.ts";
import { isToldBare } from "./replays.ts";

type Row = Record<string, unknown>;

/** The database as the checks look at it. */
interface Stored {
  readonly operations: ReadonlyMap<string, Row>;
  readonly streams: ReadonlyMap<string, Row>;
  readonly appointments: ReadonlyMap<string, Row>;
  readonly patients: ReadonlyMap<string, Row>;
  /** ids of the rows a word stands in */
  readonly byWord: ReadonlyMap<string, readonly string[]>;
}

/** I2 to I5, I8, I10: what people were told is what is there, once, and nothing is there that nobody asked for. */
export function checkOperations(world: World): void {
  const stored = readStored(world);
  checkStreams(world, stored);
  checkDependants(world, stored);
  checkSessions(world);
  checkMemory(world);
  for (const [word, ids] of stored.byWord) checkOnce(world, stored, word, ids);
  for (const device of world.devices)
    for (const asked of device.history.asked.values()) checkAsked(world, stored, device, asked);
}

function readStored(world: World): Stored {
  const { database } = world;
  const appointments = [
    ...database.rows("appointment"),
    ...database.rows("appointment_archive").map(asItWas),
  ];
  const patients = database.rows("patient");
  const messages = database.rows("message");
  const words = [
    ...appointments.map((row) => [String(row["reason"]), String(row["id"])] as const),
    ...patients.map((row) => [String(row["name"]).split(" ")[1] ?? "", String(row["id"])] as const),
    ...messages.map((row) => [String(row["text"]).split(" ")[1] ?? "", String(row["id"])] as const),
  ].filter(([word]) => /^w\d+$/.test(word));
  const byWord = new Map<string, string[]>();
  for (const [word, id] of words) byWord.set(word, [...(byWord.get(word) ?? []), id]);
  const byId = (rows: readonly Row[]) => new Map(rows.map((row) => [String(row["id"]), row]));
  return {
    operations: new Map(
      database.rows("operation").map((row) => [`${String(row["stream_id"])}.${String(row["number"])}`, row]),
    ),
    streams: byId(database.rows("stream")),
    appointments: byId(appointments),
    patients: byId(patients),
    byWord,
  };
}

/** An appointment that was put away, as its row was. */
function asItWas(row: Row): Row {
  const { id, patient, status, reason }: Row = JSON.parse(String(row["entity"]));
  return { id, patient_id: patient, status, reason };
}

/**
 * I3: what was asked for once is there once. What was queued while nobody was signed in belongs to whoever signs in next; on two copies of a device these can be
 * two people, and each has then asked for it. And where one copy left a stream, because it was somebody else's or another copy had gone another way in it, and the server was
 * set back to before that, the stream is free again, and a further copy goes on in it.
 */
function checkOnce(world: World, stored: Stored, word: string, ids: readonly string[]): void {
  const accounts = new Set(ids.map((id) => stored.operations.get(id)?.["account_id"]));
  if (world.on("restore") && world.on("clone") && ids.some((id) => wasLeft(world, streamOf(id)))) return;
  if (ids.length > accounts.size) world.violated("I3", `${word} stands in ${ids.join(" and ")}`);
}

function wasLeft({ taken, devices }: World, stream: string): boolean {
  return (
    taken.has(stream) ||
    devices.some(({ history }) => [...history.moved.keys()].some((id) => streamOf(id) === stream))
  );
}

function streamOf(id: string): string {
  return id.slice(0, id.indexOf("."));
}

function checkAsked(world: World, stored: Stored, device: Device, asked: Asked): void {
  const { history } = device;
  const id = history.nowCalled(asked.id);
  const told = history.told.filter((each) => each.id === id);
  const last = told.at(-1);
  if (history.discarded.has(id)) return;
  if (last === undefined) {
    const waiting = device.app?.waiting().some((each) => each.id === id) === true;
    world.violated(
      waiting ? "I9" : "I2",
      `${device.name}: nobody was told what became of ${asked.type} ${id}`,
    );
    return;
  }
  checkOneAnswer(world, device, told);
  if (/"code":"(parked|internal)"/.test(last.text) && !world.poisoned.has(asked.nonce ?? ""))
    world.violated("I14", `${device.name}: ${asked.type} ${id} was put aside, and nothing is wrong with it`);
  checkPromise(world, device, asked, last);
  if (last.status === "applied") checkEffect(world, stored, device, asked, id);
  else checkNoEffect(world, stored, device, asked, last);
}

/** I8: whoever is told twice is told the same, unless the server was set back in between, or has cleared away what it said. */
function checkOneAnswer(world: World, device: Device, told: readonly Told[]): void {
  const [first] = told;
  const other = told.find(
    (each) => each.text !== first?.text && each.note === undefined && !isToldBare(world, each),
  );
  if (other !== undefined)
    world.violated(
      "I8",
      `${device.name} was told of ${other.id} first ${first?.text ?? ""}, then ${other.text}`,
    );
}

function checkEffect(world: World, stored: Stored, device: Device, asked: Asked, id: string): void {
  const { type, nonce } = asked;
  const row = stored.operations.get(id);
  const [stream, number] = [id.slice(0, id.indexOf(".")), Number(id.slice(id.indexOf(".") + 1))];
  const pruned = Number(stored.streams.get(stream)?.["pruned_through"] ?? 0) >= number;
  if (row === undefined ? !pruned : row["applied"] !== 1)
    world.violated(
      "I4",
      `${device.name} was told that ${type} ${id} was applied; the server knows nothing of it`,
    );
  checkVisit(world, stored, device, asked, id);
  const table =
    type === "appointment.book"
      ? stored.appointments
      : type === "patient.register"
        ? stored.patients
        : undefined;
  if (table === undefined) return;
  const made = table.get(id);
  const text = JSON.stringify(made?.["reason"] ?? made?.["name"] ?? "");
  if (made === undefined || (nonce !== undefined && !text.includes(nonce)))
    world.violated(
      "I5",
      `${device.name} was told that ${type} ${id} was applied; what it made is ${made === undefined ? "not there" : text}`,
    );
  const patient = nameOf(stored.patients.get(String(made?.["patient_id"])));
  if (asked.patient !== undefined && patient !== undefined && !patient.split(" ").includes(asked.patient))
    world.violated("I5", `${device.name} booked ${id} for ${asked.patient}; it is for ${patient}`);
}

function nameOf(row: Row | undefined): string | undefined {
  const name = row?.["name"];
  return typeof name === "string" ? name : undefined;
}

/** What an appointment can be by now, once somebody was told that this was done to it. */
const AFTERWARDS: Readonly<Record<string, readonly string[]>> = {
  "appointment.cancel": ["cancelled"],
  "appointment.complete": ["fulfilled"],
  "appointment.checkIn": ["arrived", "booked", "fulfilled", "cancelled", "noshow"],
  "appointment.undoCheckIn": ["booked", "arrived", "fulfilled", "cancelled", "noshow"],
  "appointment.confirm": ["booked", "arrived", "fulfilled", "cancelled", "noshow"],
  "appointment.markMissed": ["noshow", "arrived", "booked", "fulfilled", "cancelled"],
};

function checkVisit(
  world: World,
  stored: Stored,
  device: Device,
  { type, appointment = "" }: Asked,
  id: string,
): void {
  // On a copy of a device an id can have been somebody else's as well, which then moved.
  const called = [device.history.nowCalled(appointment), appointment];
  const states = called.flatMap((each) => stored.appointments.get(each)?.["status"] ?? []).map(String);
  if (AFTERWARDS[type] !== undefined && !states.some((state) => AFTERWARDS[type]?.includes(state)))
    world.violated(
      "I5",
      `${device.name} was told that ${type} ${id} was applied; the appointment is ${states[0] ?? "not there"}`,
    );
}

function checkNoEffect(world: World, stored: Stored, device: Device, asked: Asked, { id, text }: Told): void {
  const { type, nonce } = asked;
  const row = stored.operations.get(id);
  if (row?.["applied"] === 1)
    world.violated(
      "I5",
      `${device.name} was told that ${type} ${id} was rejected (${text}); the server applied it`,
    );
  checkNeeded(world, stored, device, id, text);
  checkFound(world, stored, device, asked, text);
  const made = nonce === undefined ? undefined : stored.byWord.get(nonce)?.find((each) => each === id);
  if (made !== undefined)
    world.violated("I5", `${device.name} was told that ${type} ${id} was rejected (${text}); it is there`);
}

/** I10: what somebody's own earlier operation was needed for waits for it, in whichever lane it is. */
function checkNeeded(world: World, stored: Stored, device: Device, id: string, text: string): void {
  const { problem }: { problem?: { code: string; detail?: string } } = JSON.parse(text);
  if (problem?.code !== "dependency_failed" || problem.detail === undefined) return;
  const [needed, own] = [stored.operations.get(problem.detail), stored.operations.get(id)];
  if (
    needed?.["applied"] === 1 &&
    needed["account_id"] === own?.["account_id"] &&
    device.history.asked.has(problem.detail)
  )
    world.violated("I10", `${device.name}: ${id} was sent before ${problem.detail}, which it needs`);
}

/**
 * I5: what a device has confirmed by itself is booked, at exactly that time. A copy of the device may have confirmed the same; what a backup did not hold is
 * lost; nobody's word goes further than her rights; and who could not be registered, or whose card went elsewhere, cannot be booked for.
 */
function checkPromise(world: World, device: Device, asked: Asked, { id, status, text }: Told): void {
  const start = device.history.promised.get(asked.id);
  if (start === undefined || world.on("clone") || world.on("restore") || world.on("rights")) return;
  const { output, problem }: Promised = JSON.parse(text);
  if (problem?.path === "input.patient" && world.poisoned.size + world.movedCards.size > 0) return;
  const kept = status === "applied" && output?.status === undefined && output?.doctor === undefined;
  if (!kept || Date.parse(output?.start ?? start) !== Date.parse(start))
    world.violated("I5", `${device.name} had confirmed ${id}, and it came otherwise: ${text}`);
}

interface Promised {
  readonly output?: { readonly start: string; readonly status?: string; readonly doctor?: string };
  readonly problem?: { readonly path?: string };
}

/** I5: whoever books for somebody she has in sight does not hear that there is nobody, unless the server was set back or rights or cards went elsewhere. */
function checkFound(
  world: World,
  stored: Stored,
  device: Device,
  { id, patient }: Asked,
  text: string,
): void {
  const { problem }: { problem?: { code: string; path?: string } } = JSON.parse(text);
  if (problem?.code !== "not_found" || problem.path !== "input.patient" || patient === undefined) return;
  if (world.on("restore") || world.on("rights")) return;
  // What was queued while nobody was signed in is somebody else's as well where the device was copied.
  const whose = (each: string): unknown => stored.operations.get(each)?.["account_id"];
  const own = whose(device.history.nowCalled(id));
  const there = stored.byWord
    .get(patient)
    ?.find((each) => !world.movedCards.has(each) && whose(each) === own);
  if (there !== undefined)
    world.violated("I5", `${device.name}: ${id} was refused for want of ${there}, whom she had in sight`);
}

/** I10: a stream is settled in the order of its numbers, without a gap. */
function checkStreams(world: World, stored: Stored): void {
  const byStream = Map.groupBy(stored.operations.values(), (row) => String(row["stream_id"]));
  for (const [id, stream] of stored.streams) {
    const rows = (byStream.get(id) ?? []).toSorted(
      (left, right) => Number(left["number"]) - Number(right["number"]),
    );
    const pruned = Number(stream["pruned_through"]);
    const numbers = new Set(rows.map((row) => Number(row["number"])));
    const settled = Number(stream["settled"]);
    for (let number = pruned + 1; number <= settled; number += 1)
      if (!numbers.has(number))
        world.violated("I10", `stream ${id} is settled up to ${settled} and has no ${number}`);
    if (rows.some((row) => Number(row["number"]) > settled))
      world.violated("I10", `stream ${id} is settled up to ${settled} and has more`);
    const late = rows.find(
      (row, at) => Number(row["decided_at"]) < Number(rows[at - 1]?.["decided_at"] ?? 0),
    );
    if (late !== undefined)
      world.violated("I10", `number ${String(late["number"])} of ${id} was decided before the one before it`);
  }
}

/** I10: what depends on something that was rejected is rejected. */
function checkDependants(world: World, stored: Stored): void {
  for (const [id, { contents }] of world.sent) {
    const [content, other] = contents;
    if (content === undefined || other !== undefined) continue;
    const { after: needed = [] }: { readonly after?: readonly string[] } = JSON.parse(content);
    const failed = needed.find((each) => stored.operations.get(each)?.["applied"] === 0);
    if (failed !== undefined && stored.operations.get(id)?.["applied"] === 1)
      world.violated("I10", `${id} was applied, though ${failed}, which it depends on, was rejected`);
  }
}

/** Nobody is signed out by a network that loses answers: only by being revoked, by a copy of her device, by weeks of absence, or by a server that was set back. */
function checkSessions(world: World): void {
  if ((["revoke", "clone", "days-pass", "restore", "sign-out"] as const).some((fault) => world.on(fault)))
    return;
  for (const { name, history } of world.devices)
    for (const code of history.signInsNeeded)
      if (code !== "not_signed_in") world.violated("I9", `${name} was signed out for nothing: ${code}`);
}

/** I4: a server that nobody set back forgets nothing it has acknowledged, even if a device that noticed has told it again. */
function checkMemory(world: World): void {
  if (world.on("restore")) return;
  for (const { name, history } of world.devices)
    if (history.restored > 0)
      world.violated("I4", `${name} found that the server had forgotten what it had acknowledged`);
}
