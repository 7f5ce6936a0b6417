import type { Item } from "../workload/items.ts";
import type { Device } from "../world/device.ts";
import { spoilLine } from "./line-faults.ts";
import { type Scene, SECOND_MS } from "./scene.ts";
import { type Shared, somethingShared } from "./shared.ts";

/** With copies. */
const MOST_DEVICES = 9;
/** A clinic's list of the day: more than one request carries. */
const LIST = 16;

/** A device is copied with all it holds, and both go on. */
export async function clone(scene: Scene): Promise<void> {
  const copied = scene.random.pick([
    plain,
    plain,
    plain,
    copyOfCopy,
    copyOfCopy,
    overtaken,
    overtaken,
    sameNumbers,
    askedBefore,
  ]);
  await copied(scene, scene.device());
}

/** Both go on as if there were one. */
async function plain(scene: Scene, original: Device): Promise<Device | undefined> {
  const { random, workload, world } = scene;
  const long = random.percent(25);
  if (long) workload.hands.list(original, LIST);
  await world.time.advance(1);
  const copy = await copyOf(scene, original, { after: long ? random.between(0, 5_000) : 0 });
  if (copy === undefined || !random.percent(40)) return copy;
  workload.hands.family(original, 1);
  workload.hands.family(copy, 3);
  return copy;
}

/** Copies of copies that hold what was queued in between. */
async function copyOfCopy(scene: Scene, original: Device): Promise<void> {
  const copy = await plain(scene, original);
  if (copy === undefined) return;
  const { hands } = scene.workload;
  hands.ask(copy, [hands.items.newPatient(copy.person)]);
  await scene.world.time.advance(1);
  await copyOf(scene, copy);
  hands.write(original);
}

/** A copy that held back what the original sent long ago, and a colleague changed since. */
async function overtaken(scene: Scene): Promise<void> {
  const { random, workload, world } = scene;
  const { hands } = workload;
  const both = await somethingShared(scene);
  if (both === undefined) return;
  const { one: original, other } = both;
  const [first, last] = changesOf(scene, both);
  original.app?.stop();
  hands.ask(original, [first]);
  await world.time.advance(1);
  const copy = await copyOf(scene, original, { still: true });
  original.app?.start();
  hands.write(original);
  await world.time.advance(random.between(200, 1_000));
  hands.hurry(other, [last]);
  await world.time.advance(random.between(500, 3_000));
  if (copy === undefined) return;
  // What it says first brings it what is new.
  hands.ask(copy, [{ ...hands.items.newPatient(copy.person), lane: "urgent" }]);
  await world.time.advance(1);
  copy.app?.start();
}

/** One after the other, of the same appointment or patient. */
function changesOf({ random, workload }: Scene, { one, other, patient }: Shared): readonly [Item, Item] {
  const { items } = workload.hands;
  const appointments =
    one.app
      ?.list("appointment")
      .filter(({ id, status }) => status === "booked" && other.app?.get("appointment", id) !== undefined) ??
    [];
  if (appointments.length === 0 || random.percent(50)) return [items.update(patient), items.update(patient)];
  const { id } = random.pick(appointments);
  const last = random.percent(50) ? items.cancel(id) : items.reschedule(id);
  return [{ ...items.reschedule(id), lane: "normal" }, last];
}

/** What the original registered the copy has in sight under ids that it gives to others itself. */
async function sameNumbers(scene: Scene, original: Device): Promise<void> {
  const { random, workload, world } = scene;
  const { hands } = workload;
  // Not the stream in which a copy asks what is new: there it would be told at once.
  const lane = random.pick(["urgent", "bulk"] as const);
  hands.write(original);
  hands.write(original, lane);
  await world.time.advance(2 * SECOND_MS);
  const copy = await copyOf(scene, original, { still: true });
  if (copy === undefined) return;
  const { items } = hands;
  const people = () => [1, 2, 3].map(() => ({ ...items.newPatient(original.person), lane }));
  const registered = people();
  hands.hurry(original, registered);
  await world.time.advance(SECOND_MS);
  if (copy.app !== undefined) hands.sync(copy.app);
  await world.time.advance(SECOND_MS);
  const words = new Set(registered.map(({ word }) => word));
  const last = copy.app?.list("patient").findLast(({ name }) => words.has(items.wordIn(name)));
  if (last !== undefined) {
    const booking = items.booking(copy.person, () => last.id);
    hands.ask(copy, [{ ...booking, lane, patient: items.wordIn(last.name) }]);
  }
  hands.ask(copy, people());
  copy.app?.start();
}

/** A device asks what is new, queues something before the server hears that, and is copied: the copy sends it first. */
async function askedBefore(scene: Scene, original: Device): Promise<void> {
  const { workload, world } = scene;
  const { hands } = workload;
  // In the stream in which it asks.
  hands.write(original);
  await world.time.advance(SECOND_MS);
  const { app } = original;
  if (app === undefined || app.waiting().length > 0) return;
  scene.slow(original, 3 * SECOND_MS, 4 * SECOND_MS);
  hands.sync(app);
  await world.time.advance(5);
  // Among it what the server will not do as asked: the same hour twice.
  const start = hands.items.start();
  const family = hands.withBookings(original, 2, { start });
  hands.ask(
    original,
    family.map((item) => ({ ...item, lane: "normal" })),
  );
  await world.time.advance(5);
  await copyOf(scene, original);
}

/**
 * @param how `after`: ms until somebody opens it; `still`: it sends nothing by itself
 */
async function copyOf(
  scene: Scene,
  original: Device,
  { after = 0, still = false }: { readonly after?: number; readonly still?: boolean } = {},
): Promise<Device | undefined> {
  const { devices, trace, time } = scene.world;
  if (devices.length >= MOST_DEVICES) return undefined;
  const copy = scene.world.addDevice(original.person);
  copy.copyFrom(original);
  trace.note(`${copy.name} is a copy of ${original.name}`);
  spoilLine(scene, copy);
  if (after > 0) time.after(after, () => void copy.open());
  else await copy.open(still);
  return copy;
}
