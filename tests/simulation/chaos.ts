import type { NetworkFault, SeededRandom } from "../../client-sdk/src/testing/index.ts";
import { RETURN_MS } from "./calm.ts";
import type { StatementFault, StatementInfo } from "./database/model-database.ts";
import type { FaultName } from "./faults.ts";
import { type Device, URL } from "./world/device.ts";
import { REVOKED_WITHIN_MS } from "./world/listener.ts";
import { clinicsOf } from "./world/people.ts";
import type { World } from "./world/world.ts";
import { POISON } from "./world/base.ts";
import type { Workload } from "./workload.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

/** How often something goes wrong between two things that people do. */
const STRIKE_PERCENT = 35;
const RETRY_AFTER = ["1", "0", "7", "30", "999999", "-5", "soon", "Wed, 21 Oct 2015 07:28:00 GMT"] as const;
const TWO_G = { latency: 300, jitter: 100, loss: 5, duplicates: 1, speed: 6_250 } as const;

/** Does to the world what the plan's faults say, until it is told to end. */
export class Chaos {
  readonly #world: World;
  readonly #workload: Workload;
  readonly #random: SeededRandom;
  /** the database refuses writes until then */
  #readOnlyUntil = 0;
  #over = false;
  /** devices on which somebody signs out and somebody else in */
  readonly #changing = new Set<Device>();

  constructor(world: World, workload: Workload) {
    this.#world = world;
    this.#workload = workload;
    this.#random = world.random.fork("chaos");
  }

  /** Puts the faults on every line and every statement. */
  begin(): void {
    const { devices, servers } = this.#world;
    this.#world.onStatement = (info) => this.#onStatement(info);
    for (const device of devices) this.#spoil(device);
    if (this.#world.on("server-clock"))
      for (const server of servers) server.skew = this.#random.between(-5 * MINUTE_MS, 5 * MINUTE_MS);
    if (this.#world.on("device-clock")) for (const device of devices) device.skew = this.#wrongBy();
  }

  /** Ends all faults; what they broke stays broken. */
  end(): void {
    this.#over = true;
    this.#readOnlyUntil = 0;
    this.#world.onStatement = () => undefined;
    for (const device of this.#world.devices) {
      device.network.faults = () => undefined;
      device.network.conditions = {
        up: true,
        latency: 20,
        jitter: 5,
        loss: 0,
        duplicates: 0,
        speed: 1_000_000,
      };
      device.disk.capacity = Infinity;
    }
    for (const server of this.#world.servers) server.skew = 0;
  }

  /** Perhaps one thing that goes wrong between two things that people do. */
  async strike(): Promise<void> {
    const strikes = this.#strikes.filter(([fault]) => this.#world.on(fault));
    if (strikes.length === 0 || !this.#random.percent(STRIKE_PERCENT)) return;
    const [name, act] = this.#random.pick(strikes);
    this.#world.trace.note(`strike ${name}`);
    await act();
  }

  readonly #strikes: readonly (readonly [FaultName, () => Promise<void> | void])[] = [
    ["flap", () => this.#flap()],
    [
      "read-only",
      () => (this.#readOnlyUntil = this.#world.time.elapsed() + this.#random.between(1, 20) * SECOND_MS),
    ],
    ["database-kill", () => this.#killDatabase()],
    ["server-kill", () => this.#killServer()],
    [
      "server-pause",
      () => {
        this.#server().pause(this.#random.between(1, 60) * SECOND_MS);
      },
    ],
    ["server-restart", () => this.#restartServer()],
    ["device-kill", () => this.#killDevice()],
    [
      "device-clock",
      () => {
        this.#device().skew = this.#wrongBy();
      },
    ],
    ["disk-full", () => this.#fillDisk()],
    ["two-tabs", () => this.#secondTab()],
    ["clone", () => this.#clone()],
    ["sign-out", () => this.#signOut()],
    ["revoke", () => this.#revoke()],
    ["rights", () => this.#rights()],
    ["days-pass", () => this.#daysPass()],
    ["restore", () => this.#restore()],
  ].map(([name, act]): readonly [FaultName, () => Promise<void> | void] => [
    name as FaultName,
    act as () => void,
  ]);

  #spoil(device: Device): void {
    const random = this.#random.fork(`line of ${device.name}`);
    if (this.#world.on("2g")) device.network.conditions = { up: true, ...TWO_G };
    const kinds = (
      [
        "cut-request",
        "cut-response",
        "duplicate",
        "echo",
        "delay",
        "silence",
        "captive-portal",
        "bad-gateway",
        "busy",
      ] as const
    ).filter((kind) => this.#world.on(kind));
    device.network.faults = ({ bytes }) =>
      kinds.length > 0 && random.percent(35) ? networkFault(random.pick(kinds), random, bytes) : undefined;
  }

  #onStatement({ kind, owner, sql, values }: StatementInfo): StatementFault | undefined {
    const { servers, time } = this.#world;
    // Whoever sets a database back sees to it that nothing comes between.
    if (owner === "operator") return undefined;
    const stands = servers.find(({ name }) => name === owner)?.standsFor ?? 0;
    if (stands > 0) return { fault: "delay", ms: stands };
    if (time.elapsed() < this.#readOnlyUntil && (kind === "write" || kind === "commit"))
      return { fault: "read-only" };
    if (this.#world.on("poison") && isPoisoned(sql, values)) return { fault: "refused-value" };
    const random = this.#random;
    if (this.#world.on("commit-lost") && kind === "commit" && random.percent(12))
      return { fault: random.percent(50) ? "lost-after" : "lost-before" };
    if (this.#world.on("statement-lost") && random() < 0.005)
      return { fault: random.percent(50) ? "lost-after" : "lost-before" };
    if (this.#world.on("deadlock") && (kind === "write" || kind === "commit") && random() < 0.01)
      return { fault: "deadlock" };
    if (this.#world.on("lock-timeout") && kind === "write" && random() < 0.01)
      return { fault: "lock-timeout" };
    if (this.#world.on("slow-database") && random.percent(20))
      return { fault: "delay", ms: random.between(1, 60) };
    return undefined;
  }

  #flap(): void {
    const device = this.#device();
    const { network } = device;
    network.setUp(false);
    this.#world.time.after(this.#random.between(1, 120) * SECOND_MS, () => {
      network.setUp(true);
      if (this.#random.percent(50)) device.online();
    });
  }

  #killDatabase(): void {
    const { database, time } = this.#world;
    if (!database.running) return;
    database.crash();
    time.after(this.#random.between(1, RETURN_MS), () => {
      database.start();
    });
  }

  #killServer(): void {
    const server = this.#server();
    server.kill();
    this.#world.time.after(this.#random.between(1, RETURN_MS), () => {
      this.#world.start(server);
    });
  }

  async #restartServer(): Promise<void> {
    const server = this.#server();
    void server.stop().then(() => {
      this.#world.time.after(SECOND_MS, () => {
        this.#world.start(server);
      });
    });
    await Promise.resolve();
  }

  /** Wherever it stands: a little later, in the middle of what it was just asked. */
  #killDevice(): void {
    const device = this.#device();
    const { time } = this.#world;
    time.after(this.#random.between(0, 300), () => {
      device.kill();
      time.after(this.#random.between(1, RETURN_MS), () => void device.open());
    });
  }

  #fillDisk(): void {
    const { disk } = this.#device();
    disk.capacity = 0;
    this.#world.time.after(this.#random.between(1, 60) * SECOND_MS, () => (disk.capacity = Infinity));
  }

  async #secondTab(): Promise<void> {
    const device = this.#device();
    if (device.tabs > 1) void device.closeOthers();
    else if (device.tabs === 1) void device.open();
    await Promise.resolve();
  }

  /** Copies, and copies of copies that hold what was queued in between. */
  async #clone(): Promise<void> {
    const original = this.#device();
    if (this.#random.percent(30)) {
      await this.#overtaken(original);
      return;
    }
    const long = this.#random.percent(25);
    if (long) this.#workload.list(original);
    await this.#world.time.advance(1);
    const copy = await this.#copyOf(original, long ? this.#random.between(0, 5_000) : 0);
    if (copy === undefined) return;
    if (this.#random.percent(40)) {
      this.#workload.family(original, 1);
      this.#workload.family(copy, 3);
    }
    if (!this.#random.percent(35)) return;
    this.#workload.write(copy);
    await this.#world.time.advance(1);
    await this.#copyOf(copy);
    this.#workload.hurry(original);
  }

  /** A copy that held back what the original sent long ago, and others changed since. */
  async #overtaken(original: Device): Promise<void> {
    const { time } = this.#world;
    original.app?.stop();
    const appointment = this.#workload.move(original);
    await time.advance(1);
    const copy = await this.#copyOf(original);
    copy?.app?.stop();
    original.app?.start();
    if (copy === undefined || appointment === undefined) return;
    this.#workload.hurry(original);
    time.after(this.#random.between(200, 1_000), () => {
      this.#workload.cancel(this.#device(), appointment);
    });
    time.after(this.#random.between(1_000, 4_000), () => {
      copy.app?.start();
      this.#workload.urgent(copy);
    });
  }

  /** @param after ms until somebody opens it */
  async #copyOf(original: Device, after = 0): Promise<Device | undefined> {
    const { devices, trace } = this.#world;
    if (devices.length >= MOST_DEVICES) return undefined;
    const copy = this.#world.addDevice(original.person);
    copy.copyFrom(original);
    trace.note(`${copy.name} is a copy of ${original.name}`);
    this.#spoil(copy);
    if (after > 0) this.#world.time.after(after, () => void copy.open());
    else await copy.open();
    return copy;
  }

  /** She signs out; a colleague of hers, or she herself, signs in on the same device. */
  #signOut(): void {
    const device = this.#device();
    const { app, person } = device;
    if (app === undefined || this.#changing.has(device)) return;
    const others = this.#world.base.people.filter(
      (each) => each.tenant === person.tenant && each.login !== "mallory",
    );
    const next = this.#random.pick(others);
    const change = async (): Promise<void> => {
      await app.signOut();
      device.person = next;
      device.people.set(next.login, next);
      await this.#workload.begin(device);
    };
    const over = (): void => void this.#changing.delete(device);
    this.#changing.add(device);
    change().then(over, over); // the app was killed, or its disk is full
  }

  /** Everybody who was about to sign in has done so, or has given up. */
  get everybodyIsThere(): boolean {
    return this.#changing.size === 0;
  }

  /** The account's list of devices loses one while she writes on it: its session ends, its queue stays. */
  #revoke(): void {
    const { revoked, time, operator } = this.#world;
    const device = this.#device();
    const { knownAs: id, token = "" } = device;
    if (id === undefined || device.app === undefined || revoked.has(id)) return;
    this.#workload.hurry(device);
    const server = this.#server();
    void server.serve(ownAccount(token)).catch(() => undefined);
    operator.revokeDevice(device.person.tenant, id).then(
      () => {
        revoked.set(id, time.elapsed());
        this.#workload.hurry(device);
        time.after(REVOKED_WITHIN_MS + SECOND_MS, () => {
          server.serve(ownAccount(token)).then(
            ({ status }) => {
              if (status === 200 && revoked.has(id))
                this.#world.violated("I13", `${device.name} was shown its account though it was revoked`);
            },
            () => undefined, // the server was away
          );
        });
      },
      () => undefined, // the database was away
    );
  }

  /** Somebody loses a clinic, or gets it back. */
  #rights(): void {
    const { database, operator } = this.#world;
    const { person } = this.#device();
    const clinics = clinicsOf(person);
    if (clinics.length === 0 || person.role !== "staff") return;
    const has = database.rows("account_clinic").filter((row) => row["account_id"] === person.account);
    const next = has.length === clinics.length ? clinics.slice(0, clinics.length - 1) : clinics;
    operator.setClinics(person.tenant, person.account, next).catch(() => undefined); // the database was away
  }

  /** Everybody's device is off for days; jobs run in the nights, tokens run out. */
  async #daysPass(): Promise<void> {
    const { time, servers, devices } = this.#world;
    const days = this.#random.pick([1, 3, 45, 45]);
    // Some are cut off in the middle of something.
    for (const device of devices) if (this.#random.percent(40)) this.#workload.hurry(device);
    await time.advance(this.#random.between(0, 300));
    for (const device of devices) device.switchOff();
    for (let night = 0; night < Math.min(days, 3); night += 1) {
      await time.advance((days * DAY_MS) / Math.min(days, 3));
      for (const server of servers) void server.runJobs();
    }
    for (const device of devices) void device.switchOn();
  }

  /** The database is set back to where it was a while ago; whoever does that says so, and the epoch changes. */
  async #restore(): Promise<void> {
    const { operator, servers, trace } = this.#world;
    if (this.#random.percent(50)) {
      operator.takeBackup().catch(() => undefined); // the database was away
      return;
    }
    const came = this.#random.percent(30);
    if (came) await this.#newDoctor();
    for (const server of servers) server.kill();
    // The backup knows nothing of what was done since, revocations included.
    this.#world.revoked.clear();
    // Not waited for: time stands still while a strike is being made.
    void operator.restore().then(() => {
      trace.note("restored");
      for (const server of servers) this.#world.start(server);
      if (came) void this.#newDoctor();
    });
  }

  /** A doctor comes to somebody's clinic, and she follows the new calendar. After a restore its handle may be another's. */
  async #newDoctor(): Promise<void> {
    const { operator, time } = this.#world;
    const device = this.#device();
    const { tenant, clinic } = device.person;
    if (clinic === undefined) return;
    operator
      .registerDoctor(tenant, clinic, "New")
      .then((id) => {
        device.follows = new Set([...device.follows, id]);
        return this.#workload.follow(device);
      })
      .catch(() => undefined); // the database was away, or the app
    await time.advance(this.#random.between(100, 5_000));
  }

  #wrongBy(): number {
    return this.#random.pick([
      0,
      DAY_MS,
      -DAY_MS,
      10 * YEAR_MS,
      -10 * YEAR_MS,
      90 * SECOND_MS,
      -90 * SECOND_MS,
    ]);
  }

  #device(): Device {
    return this.#random.pick(this.#world.devices);
  }

  #server() {
    return this.#random.pick(this.#world.servers);
  }

  get over(): boolean {
    return this.#over;
  }
}

/** A patient whose card no table takes, however often it is tried. */
function isPoisoned(sql: string, values: readonly unknown[]): boolean {
  return sql.includes("`patient`") && sql.startsWith("INSERT") && JSON.stringify(values).includes(POISON);
}

/** With copies. */
const MOST_DEVICES = 9;

function ownAccount(token: string): Request {
  return new Request(`${URL}/v1/accounts/me`, { headers: { authorization: `Bearer ${token}` } });
}

// oxlint-disable-next-line typescript/consistent-return -- every kind has its case, which tsc and the exhaustiveness rule see to
function networkFault(kind: NetworkFault["kind"], random: SeededRandom, bytes: number): NetworkFault {
  switch (kind) {
    case "cut-request":
      return { kind, after: random.between(0, bytes) };
    case "cut-response":
      return { kind, after: random.pick([0, random.between(0, 200), random.between(0, 6_000)]) };
    case "echo":
      return { kind, ms: random.pick([5, 500, 30 * SECOND_MS, 5 * MINUTE_MS]) };
    case "delay":
      return { kind, ms: random.between(1, 20 * SECOND_MS) };
    case "captive-portal":
      return { kind, status: random.pick([200, 302, 511] as const) };
    case "bad-gateway":
      return { kind, status: random.pick([502, 504] as const) };
    case "busy":
      return { kind, status: random.pick([429, 503] as const), retryAfter: random.pick(RETRY_AFTER) };
    case "duplicate":
    case "silence":
      return { kind };
  }
}
