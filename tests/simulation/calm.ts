import type { HealthBridge } from "../../client-sdk/src/index.ts";
import type { Device } from "./world/device.ts";
import type { Person } from "./world/people.ts";
import type { World } from "./world/world.ts";
import type { Workload } from "./workload.ts";

const SECOND_MS = 1_000;
/** With all faults off a queue is to be empty by then; the longest wait a server can have asked for is a quarter of an hour. */
const DEADLINE_MS = 20 * 60 * SECOND_MS;

/** Brings everything back to life, lets every device send what it holds, and sees that it comes to rest within the deadline. */
export async function calmDown(world: World, workload: Workload): Promise<void> {
  const { time, database, servers, devices } = world;
  if (!database.running) database.start();
  for (const server of servers) world.start(server);
  // What was to happen to servers and apps a little later has happened by then.
  await time.advance(90 * SECOND_MS);
  await time.until(() => !world.operator.restoring, 60 * SECOND_MS);
  if (!database.running) database.start();
  for (const server of servers) world.start(server);
  for (const device of devices) {
    device.network.setUp(true);
    await within(world, device.closeOthers());
    if (device.app === undefined) await within(world, device.open());
    if (device.app === undefined) world.violated("I2", `${device.name} cannot be opened any more`);
  }
  for (const device of devices) await drainEverybody(world, workload, device);
  // Once more round, for what the others have sent meanwhile.
  for (const device of devices) await drain(world, workload, device);
}

/** Whoever queued something on this device signs in once more; the last one is who holds it now. */
async function drainEverybody(world: World, workload: Workload, device: Device): Promise<void> {
  const holder = device.person;
  const others = [...device.people.values()].filter(({ login }) => login !== holder.login);
  for (const person of [...others, holder]) {
    await signInAs(world, workload, device, person);
    await drain(world, workload, device);
  }
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

/** Syncs until nothing is left, or the deadline has passed. */
export async function drain(world: World, workload: Workload, device: Device): Promise<void> {
  const { app } = device;
  if (app === undefined) return;
  device.online();
  const until = world.time.elapsed() + DEADLINE_MS;
  for (let done = false; !done;) {
    const report = await within(world, syncOnce(app));
    done = report?.done === true;
    if (done) return device.hear((await within(world, app.outcomes())) ?? []);
    if (world.time.elapsed() > until) {
      const { lastProblem } = app.status.get();
      const left = app.waiting().map(({ id, type }) => `${type} ${id}`);
      world.violated(
        "I9",
        `${device.name} does not come to rest: ${left.join(", ")}; ${JSON.stringify(lastProblem)}`,
      );
      return;
    }
    // A server that was set back, or a copy that was taken for theft: people sign in again when they are asked to.
    if (app.status.get().state === "needs-sign-in") await within(world, workload.begin(device));
    else if (report === undefined || report.problem !== undefined) await world.time.advance(10 * SECOND_MS);
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
