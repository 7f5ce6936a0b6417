import { SESSION_DAYS } from "../world/server-process.ts";
import { DAY_MS, type Scene, SECOND_MS } from "./scene.ts";
import { sharedWithMover } from "./shared.ts";

/** Everybody's device is off for days; jobs run in the nights, tokens run out. */
export async function daysPass(scene: Scene): Promise<void> {
  const { world, workload, random } = scene;
  const { time, servers, devices } = world;
  const days = random.pick([1, 3, 45, 45]);
  if (days > SESSION_DAYS && random.percent(70)) {
    await cardLeavesUnseen(scene);
    await time.advance(random.between(100, 3_000));
  }
  // Some are cut off in the middle of something.
  for (const device of devices) if (random.percent(30)) workload.hands.write(device);
  await time.advance(random.between(0, 300));
  for (const device of devices) device.switchOff();
  for (let night = 0; night < Math.min(days, 3); night += 1) {
    await time.advance((days * DAY_MS) / Math.min(days, 3));
    for (const server of servers) void server.runJobs();
  }
  for (const device of devices) void device.switchOn();
}

/** One device is off already when a card that it shows goes to a clinic where its holder does not work. */
async function cardLeavesUnseen(scene: Scene): Promise<void> {
  const { hands } = scene.workload;
  const both = await sharedWithMover(scene);
  if (both === undefined) return;
  both.one.switchOff();
  hands.hurry(both.other, [hands.items.moveCard(both.patient, both.elsewhere)]);
}

/** The database is set back to where it was a while ago; whoever does that says so, and the epoch changes. */
export async function restore(scene: Scene): Promise<void> {
  const { world, random } = scene;
  const { operator, servers, trace } = world;
  if (random.percent(50)) {
    operator.takeBackup().catch(() => undefined); // the database was away
    return;
  }
  const came = random.percent(30);
  if (came) await newDoctor(scene);
  for (const server of servers) server.kill();
  // The backup knows nothing of what was done since, revocations included.
  world.revoked.clear();
  // Not waited for: time stands still while a strike is being made.
  void operator.restore().then(() => {
    trace.note("restored");
    world.documents?.setBack();
    for (const server of servers) world.start(server);
    if (came) void newDoctor(scene);
    else if (random.percent(50)) cardLeavesWhileReading(scene);
  });
}

/** What somebody changes while she reads everything anew goes, before she has read it, to where she may see it no more. */
function cardLeavesWhileReading(scene: Scene): void {
  const { world, workload } = scene;
  const { hands } = workload;
  const device = scene.device();
  const { app, person } = device;
  const card = app?.list("patient").find(({ clinic }) => clinic === person.clinic);
  const elsewhere = hands.items.doctorsOf(person).find(({ clinic }) => clinic !== person.clinic)?.clinic;
  if (app === undefined || card?.clinic === undefined || elsewhere === undefined) return;
  // There and back: she hears of the restore. There: what she changed is done, and then the card goes. Then she asks what there is.
  scene.slow(device, SECOND_MS, 8 * SECOND_MS);
  hands.sync(app);
  scene.later(1.5 * SECOND_MS, () => {
    hands.ask(device, [hands.items.update(card.id)]);
  });
  scene.later(3.5 * SECOND_MS, () => {
    world.movedCards.add(card.id);
    world.operator.moveCard(person.tenant, card.id, elsewhere).catch(() => undefined); // not there any more, or the database was away
  });
}

/** A doctor comes to somebody's clinic, and she follows the new calendar. After a restore its handle may be another's. */
async function newDoctor(scene: Scene): Promise<void> {
  const { world, workload, random } = scene;
  const device = scene.device();
  const { tenant, clinic } = device.person;
  if (clinic === undefined) return;
  world.operator
    .registerDoctor(tenant, clinic, "New")
    .then((id) => {
      device.follows = new Set([...device.follows, id]);
      return workload.follow(device);
    })
    .catch(() => undefined); // the database was away, or the app
  await world.time.advance(random.between(100, 5_000));
}
