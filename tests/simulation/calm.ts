import type { HealthBridge } from "../../client-sdk/src/index.ts";
import type { Device } from "./world/device.ts";
import type { Person } from "./world/people.ts";
import type { World } from "./world/world.ts";
import type { Workload } from "./workload/workload.ts";

const SECOND_MS = 1_000;
/** Whatever goes down in the chaos comes back within this. */
export const RETURN_MS = 10 * SECOND_MS;
/** With all faults off a queue is to be empty by then; the longest wait a server can have asked for is a quarter of an hour. */
const DEADLINE_MS = 20 * 60 * SECOND_MS;
/** Far more than it takes: two where somebody was signed out in the first. */
const ROUNDS = 10;

/**
 * Brings everything back to life, lets every device send what it holds, and sees that it comes to rest within the deadline.
 * @param deliver what else a device sends for whoever is signed in, once her queue is empty
 */
export async function calmDown(
  world: World,
  workload: Workload,
  deliver: (device: Device) => Promise<void>,
): Promise<void> {
  const { time, database, servers, devices } = world;
  if (!database.running) database.start();
  for (const server of servers) world.start(server);
  // What was to happen to servers and apps a little later has happened by then.
  await time.advance(RETURN_MS + SECOND_MS);
  await time.until(
    () => !world.operator.restoring && servers.every(({ standsFor }) => standsFor === 0),
    60 * SECOND_MS,
  );
  if (!database.running) database.start();
  for (const server of servers) world.start(server);
  for (const device of devices) {
    device.network.setUp(true);
    device.endChat();
    if (world.documents !== undefined) await within(world, device.endDocuments());
    await within(world, device.closeOthers());
    if (device.app === undefined) await within(world, device.open());
    if (device.app === undefined) world.violated("I2", `${device.name} cannot be opened any more`);
  }
  const heardUpTo = new Map<Device, number>();
  for (const device of devices) heardUpTo.set(device, await drainEverybody(world, workload, device, deliver));
  await hearEachOther(world, workload, heardUpTo);
}

/** Round after round, for what others have sent meanwhile: also one that has to sign in once more only now may have something to say, as a device that gives its lease back. */
async function hearEachOther(
  world: World,
  workload: Workload,
  heardUpTo: Map<Device, number>,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const behind = world.devices.filter((device) => heardUpTo.get(device) !== world.pushes);
    if (behind.length === 0) return;
    for (const device of behind) heardUpTo.set(device, await drain(world, workload, device));
  }
  world.violated("I9", "devices go on sending though nobody does anything");
}

/** Whoever queued something on this device signs in once more; the last one is who holds it now. */
async function drainEverybody(
  world: World,
  workload: Workload,
  device: Device,
  deliver: (device: Device) => Promise<void>,
): Promise<number> {
  const holder = device.person;
  const others = [...device.people.values()].filter(({ login }) => login !== holder.login);
  let heardUpTo = 0;
  for (const person of [...others, holder]) {
    await signInAs(world, workload, device, person);
    heardUpTo = await drain(world, workload, device);
    if (world.documents !== undefined) await deliver(device);
  }
  return heardUpTo;
}

async function signInAs(world: World, workload: Workload, device: Device, person: Person): Promise<void> {
  const { app } = device;
  if (app === undefined) return;
  const { account, state } = app.status.get();
  device.person = person;
  if (account?.id === person.account && state !== "needs-sign-in") return workload.follow(device);
  if (account !== undefined && account.id !== person.account) await within(world, app.signOut());
  await within(world, workload.begin(device));
  if (app.status.get().account?.id !== person.account)
    world.violated("I9", `${device.name}: ${person.login} cannot sign in though all is well`);
}

/**
 * Syncs until nothing is left, or the deadline has passed.
 * @returns how many pushes servers had answered when the last look at them began
 */
export async function drain(world: World, workload: Workload, device: Device): Promise<number> {
  const { app } = device;
  if (app === undefined) return 0;
  device.online();
  const until = world.time.elapsed() + DEADLINE_MS;
  for (;;) {
    const { pushes } = world;
    const report = await within(world, syncOnce(app));
    const { account, state } = app.status.get();
    // A sign-in that began in the chaos can be answered only now, and then somebody else is here.
    const hers = account?.id === device.person.account;
    if (report?.done === true && hers) {
      device.hear((await within(world, app.outcomes())) ?? []);
      return pushes;
    }
    if (world.time.elapsed() > until) {
      const { lastProblem } = app.status.get();
      const left = app.waiting().map(({ id, type }) => `${type} ${id}`);
      world.violated(
        "I9",
        `${device.name} does not come to rest: ${left.join(", ")}; ${JSON.stringify(lastProblem)}`,
      );
      return 0;
    }
    // A server that was set back, or a copy that was taken for theft: people sign in again when they are asked to.
    if (!hers || state === "needs-sign-in") await within(world, workload.begin(device));
    else await world.time.advance(10 * SECOND_MS);
  }
}

async function syncOnce(app: HealthBridge) {
  return app.sync();
}

/** Lets time pass until a promise has settled; `undefined` where it failed or does not settle. */
export async function within<T>(world: World, promise: Promise<T>): Promise<T | undefined> {
  let settled = false;
  let value: T | undefined;
  promise.then(
    (result) => {
      settled = true;
      value = result;
    },
    () => {
      settled = true;
    },
  );
  if (!(await world.time.until(() => settled, DEADLINE_MS)))
    world.violated("I9", "something never comes to an end");
  return value;
}
