import { CLAIM_MS } from "../../server/src/notices/claim.ts";
import { Adversary } from "./adversary.ts";
import { calmDown, within } from "./calm.ts";
import { Chaos } from "./chaos/chaos.ts";
import { checkBookings } from "./invariants/bookings.ts";
import { checkChatScreen } from "./invariants/chat-screen.ts";
import { checkConversations } from "./invariants/conversations.ts";
import { checkDocuments, deliverDocuments } from "./invariants/documents.ts";
import { checkFeeds } from "./invariants/feeds.ts";
import { checkForgeries } from "./invariants/forgeries.ts";
import { checkNotices, checkOnCall } from "./invariants/notices.ts";
import { checkOperations } from "./invariants/operations.ts";
import { checkReplays } from "./invariants/replays.ts";
import { checkViews } from "./invariants/views.ts";
import type { Plan } from "./plan.ts";
import { Trace } from "./trace.ts";
import { Workload } from "./workload/workload.ts";
import { type Base, makeBase } from "./world/base.ts";
import { ON_CALL } from "./world/server-process.ts";
import { passwordOf } from "./world/people.ts";
import { signEverybodyIn } from "./world/signed-in.ts";
import { type Violation, World } from "./world/world.ts";

/** What a run came to. */
export interface SeedResult {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  /** the same for the same plan, on every machine */
  readonly trace: string;
  /** operations that were kept by devices; outcomes that were told */
  readonly operations: number;
  readonly outcomes: number;
  /** bookings that devices confirmed by themselves */
  readonly confirmed: number;
  /** marks that devices hold in documents */
  readonly marks: number;
  readonly statements: number;
  /** ms of virtual time */
  readonly elapsed: number;
}

/** A sign-in gives up within this. */
const PATIENCE_MS = 60_000;

/** Where runs begin, made once: before anybody has signed in, and after. */
let bare: Promise<Base> | undefined;
let signedIn: Promise<Base> | undefined;

/** Runs one plan: chaos, then calm, then every rule. */
export async function runSeed(plan: Plan, listen?: (line: string) => void): Promise<SeedResult> {
  bare ??= makeBase();
  signedIn ??= bare.then(signEverybodyIn);
  const trace = new Trace(listen);
  const world = new World(plan, await (plan.fresh === true ? bare : signedIn), trace);
  const workload = new Workload(world);
  const chaos = new Chaos(world, workload);
  const adversary = world.on("adversary") ? new Adversary(world) : undefined;
  try {
    await begin(world, workload);
    chaos.begin();
    await live(world, workload, chaos, adversary);
    chaos.end();
    await world.time.until(() => chaos.everybodyIsThere, PATIENCE_MS);
    await calmDown(world, workload, (device) => deliverDocuments(world, device));
    await checkEverything(world, workload);
  } catch (error) {
    world.violated("crash", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  for (const device of world.devices) device.kill();
  for (const server of world.servers) server.kill();
  return {
    plan,
    violations: world.violations,
    trace: trace.sum,
    operations: world.devices.reduce((sum, { history }) => sum + history.asked.size, 0),
    outcomes: world.devices.reduce((sum, { history }) => sum + history.told.length, 0),
    confirmed: world.devices.reduce((sum, { history }) => sum + history.promised.size, 0),
    marks: world.devices.reduce((sum, { history }) => sum + history.written.size, 0),
    statements: world.database.stats.statements,
    elapsed: world.time.elapsed(),
  };
}

/** Everybody opens her app while all is well; who is not signed in yet does so, and reads what there is. */
async function begin(world: World, workload: Workload): Promise<void> {
  for (const server of world.servers) server.start();
  if (world.chats) await within(world, bringDoctors(world));
  await world.operator.takeBackup();
  for (const device of world.devices) {
    const disk = world.takeDisk(device.person);
    if (disk !== undefined) device.load(disk);
    await device.open();
    if (disk === undefined) await within(world, workload.begin(device));
    await within(world, workload.lease(device));
  }
  await within(world, workload.beginToTalk());
}

/** To talk with there are doctors: two, so that one can take over from the other. */
async function bringDoctors(world: World): Promise<void> {
  const { base, operator } = world;
  const first = base.people.find(({ role }) => role === "doctor");
  const place = base.doctors.find((each) => each.tenant === first?.tenant && each.clinic !== first.clinic);
  if (first === undefined || place === undefined) return;
  world.addDevice(first);
  const { id: doctor, tenant, clinic } = place;
  const login = "njoki";
  const account = await operator.openAccount(tenant, login, doctor, clinic);
  world.addDevice({ tenant, login, password: passwordOf(login), role: "doctor", account, clinic, doctor });
}

async function live(
  world: World,
  workload: Workload,
  chaos: Chaos,
  adversary: Adversary | undefined,
): Promise<void> {
  const random = world.random.fork("pace");
  for (let action = 0; action < world.plan.actions; action += 1) {
    workload.act();
    await chaos.strike();
    if (adversary !== undefined && random.percent(25)) adversary.act();
    await world.time.advance(random.pick([0, 0, 5, 50, 400, 3_000, 20_000]));
    if (action % 8 === 7) checkBookings(world);
    // Not waited for: several servers send while others write.
    if (action % 4 === 3) for (const server of world.servers) void server.tell();
  }
}

/** Whoever is on call is told of what waited too long, also where a process died that was about to. */
async function tellOnCall(world: World): Promise<void> {
  await world.time.advance(CLAIM_MS + ON_CALL.minutes * 60_000);
  for (const server of world.servers) await within(world, server.tell());
}

async function checkEverything(world: World, workload: Workload): Promise<void> {
  checkBookings(world);
  checkFeeds(world);
  checkNotices(world);
  checkOperations(world);
  checkForgeries(world);
  await checkReplays(world);
  await checkViews(world, workload);
  checkConversations(world);
  if (world.documents !== undefined) await checkDocuments(world, world.documents);
  if (!world.chats) return;
  for (const device of world.devices) await checkChatScreen(world, device);
  await tellOnCall(world);
  checkOnCall(world);
}
