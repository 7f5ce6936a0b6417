import {
  type Account,
  type Change,
  type Clinic,
  type Doctor,
  type Entities,
  type EntityId,
  openSlotsNear,
  type InputOf,
  type Kind,
  MINUTE_MS,
  type OperationType,
  type Patient,
  type Start,
} from "@healthbridge/schema";
import { platformRuntime } from "../../adapters/platform-runtime.ts";
import { type SeededRandom, seededRandom } from "../seeded-random.ts";
import { isAboutAttachments, withVersion } from "./attachments.ts";
import { type Attachment, type Data, noData } from "./data.ts";
import { problem } from "./http.ts";
import { type Parts, partsOver } from "./parts.ts";
import { Refused } from "./refused.ts";
import { serve } from "./routes.ts";

/** How a fake server is made. */
export interface FakeServerOptions {
  /** its clock; the platform's by default. A `VirtualTime` fits. */
  readonly time?: { now(): number };
  /** where ids come from: the same seed draws the same ids */
  readonly random?: SeededRandom;
  /** whether a patient can open her own account; by default she can */
  readonly openRegistration?: boolean;
  /** how long an access token lives, seconds; 900 by default */
  readonly accessTokenSeconds?: number;
  /** how long a session lives if it is not used, seconds; 60 days by default */
  readonly sessionSeconds?: number;
  /** bytes after which a page of an answer ends; as the real server's by default */
  readonly pageBytes?: number;
}

/** An account to be there. */
export interface NewAccount {
  readonly login: string;
  /** as it will be typed; kept as it is, of any length */
  readonly password: string;
  /** a patient's by default */
  readonly role?: Account["role"];
  /** the login by default */
  readonly name?: string;
  /** clinics the account works for, for role `staff` */
  readonly clinics?: readonly EntityId[];
  /** the doctor this account is, for role `doctor` */
  readonly doctor?: EntityId;
}

/** A doctor to be there, with hours and day sheets for the coming weeks. */
export interface NewDoctor {
  readonly name?: string;
  /** id of her clinic; by default the first there is, or a new one */
  readonly clinic?: EntityId;
  readonly specialities?: readonly string[];
  readonly languages?: readonly string[];
  /** by the wall clock, on every day of the week; 09:00 to 17:00 by default */
  readonly hours?: { readonly from: string; readonly to: string };
  /** length of a slot in minutes; 20 by default */
  readonly slotMinutes?: number;
}

/** What a server held at one moment, to be given back to `restoreFrom`. */
export interface Backup {
  /** ms since 1970 */
  readonly takenAt: number;
  /** how far each stream was settled */
  readonly streams: ReadonlyMap<string, number>;
  /** @internal */
  readonly data: Data;
}

const SIXTY_DAYS = 5_184_000;
const PAGE_BYTES = 3_072;

/**
 * A HealthBridge server in memory, for tests of apps: the real decisions, rights, feeds and replays behind the real protocol, without a database, a network or anything to
 * install. It plugs in wherever a `Request` becomes a `Response`: a `SimulatedNetwork`, a mock of `fetch`, an HTTP server.
 *
 * Of REST it has every write, every read of one thing by its id, sessions, accounts, devices, one's own account and outcomes; no searches, no lists. It has one tenant and no rate limits, and guards no secrets.
 *
 * @example
 * const server = new FakeServer();
 * const doctor = server.addDoctor({ name: "Dr Achieng", hours: { from: "09:00", to: "12:00" } });
 * server.addAccount({ login: "amina", password: "seven goats cross the river", role: "staff", clinics: [doctor.clinic] });
 * const fetch = (url: string, init: RequestInit) => server.fetch(new Request(url, init));
 * const hb = await HealthBridge.open({ url: "http://server.test", store: memoryStore(), runtime: { ...platformRuntime(), fetch } });
 */
export class FakeServer {
  /** Another number says that the server was restored from a backup. */
  epoch = 1;
  /** Asks devices to wait so many ms before their next request; `undefined`: there is no need. */
  pace: number | undefined;
  /** Every request is answered 503, with `Retry-After` in so many seconds; `undefined`: the server has time. */
  busy: { readonly retryAfterSeconds: number } | undefined;
  readonly #options: FakeServerOptions;
  readonly #now: () => number;
  readonly #random: SeededRandom;
  #parts: Parts;

  constructor(options: FakeServerOptions = {}) {
    const { time = platformRuntime(), random = seededRandom("fake server") } = options;
    this.#options = options;
    this.#now = () => Math.floor(time.now());
    this.#random = random;
    this.#parts = this.#over(noData());
  }

  /** Answers a request as the server would; never rejects. The address before the path does not matter. */
  readonly fetch = async (request: Request): Promise<Response> => {
    if (this.busy !== undefined) return problem({ code: "unavailable" }, this.busy.retryAfterSeconds);
    try {
      return await serve(this.#parts, request, {
        epoch: this.epoch,
        pace: this.pace,
        pageBytes: this.#options.pageBytes ?? PAGE_BYTES,
        openRegistration: this.#options.openRegistration ?? true,
      });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const answer = problem(error.problem, error.retryAfter);
      return isAboutAttachments(new URL(request.url).pathname) ? withVersion(answer) : answer;
    }
  };

  // What is there

  /** Enters a clinic; in Nairobi's time zone by default. */
  addClinic(clinic: Partial<InputOf<"clinic.register">> = {}): Clinic {
    return this.#made(
      "clinic",
      this.apply("clinic.register", { name: "Kitui Health Centre", zone: "Africa/Nairobi", ...clinic }),
    );
  }

  /** Enters a doctor with her hours; her day sheets of the coming eight weeks are there at once. */
  addDoctor(options: NewDoctor = {}): Doctor {
    const { name = "Dr Achieng", specialities = ["general-practice"], languages = ["sw", "en"] } = options;
    const { hours = { from: "09:00", to: "17:00" }, slotMinutes = 20 } = options;
    const { id: clinic, zone } =
      options.clinic === undefined
        ? (this.list("clinic")[0] ?? this.addClinic())
        : this.#made("clinic", options.clinic);
    const doctor = this.apply("doctor.register", {
      name,
      clinic,
      specialities: [...specialities],
      languages: [...languages],
    });
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [hours] }));
    this.apply("availability.set", { doctor, zone, slotMinutes, bufferMinutes: 0, weekly });
    return this.#made("doctor", doctor);
  }

  /** Opens an account that can sign in. */
  addAccount({ login, password, role = "patient", name = login, clinics, doctor }: NewAccount): Account {
    const id = this.apply("account.register", {
      login,
      name,
      role,
      ...(clinics === undefined ? {} : { clinics: [...clinics] }),
      ...(doctor === undefined ? {} : { doctor }),
    });
    this.setPassword(id, password);
    return this.#made("account", id);
  }

  /** Says with which password an account signs in from now on. */
  setPassword(account: EntityId, password: string): void {
    this.#parts.data.passwords.set(account, password);
  }

  /** Enters a patient; with `account`, one whom that account acts for. */
  addPatient({ account, ...profile }: Partial<Omit<Patient, "id">> = {}): Patient {
    const patient = { name: "Wanjiru Kamau", ...profile };
    const clinic =
      profile.clinic ?? (account === undefined ? (this.list("clinic")[0] ?? this.addClinic()).id : undefined);
    if (account === undefined)
      return this.#made(
        "patient",
        this.apply("patient.register", { ...patient, ...(clinic === undefined ? {} : { clinic }) }),
      );
    const id = `${this.#parts.operations.freshStream()}.1`;
    return this.put("patient", { ...patient, id, account });
  }

  // What happens elsewhere

  /** Somebody else, on another device, books a time at once; by default for a patient of her own. */
  bookElsewhere({
    doctor,
    start,
    patient,
  }: {
    readonly doctor: EntityId;
    readonly start: Start;
    readonly patient?: EntityId;
  }): EntityId {
    return this.apply("appointment.book", {
      doctor,
      start,
      patient: patient ?? this.addPatient({ name: "Somebody else" }).id,
    });
  }

  /**
   * Does any operation of the schema as the server itself.
   * @returns its id, and the id of what it created
   * @throws an error whose message is the problem's code, and the field at fault if there is one (`malformed at input.login`), where it was rejected
   */
  apply<T extends OperationType>(type: T, input: InputOf<T> & object): EntityId {
    return this.#parts.operations.submitOne("system", type, input);
  }

  /** Puts an entity there as it is, past every decision, for what no operation makes. Whoever may see it is shown it. */
  put<K extends Kind>(kind: K, entity: Entities[K]): Entities[K] {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a kind and an entity of that kind are a change; TypeScript does not see it through K
    const change = { kind, entity } as Change;
    this.#parts.world.apply(change);
    this.#parts.feeds.show([change], () => undefined);
    return entity;
  }

  /** Signs a device out, as its owner does from another one. */
  revokeDevice(device: EntityId): void {
    this.apply("device.revoke", { device });
  }

  /** Every access token given away so far has run out; refresh tokens are good. */
  expireAccessTokens(): void {
    this.#parts.sessions.expireAccess();
  }

  /** Forgets what was deleted, as a server does after some weeks: devices that have not read so far are told to start anew. */
  forgetDeletions(): void {
    this.#parts.feeds.forgetDeletions();
  }

  // Backups

  /** Everything as it is now. */
  backup(): Backup {
    const data = structuredClone(this.#parts.data);
    const streams = new Map([...data.streams].map(([id, { settled }]) => [id, settled.length]));
    return { takenAt: this.#now(), streams, data };
  }

  /** Says that a backup was restored elsewhere and looked at: devices need not keep what it holds. */
  verify(backup: Backup): void {
    for (const [id, settled] of backup.streams) {
      const stream = this.#parts.data.streams.get(id);
      if (stream !== undefined) stream.durableThrough = Math.max(stream.durableThrough, settled);
    }
  }

  /** Goes back to a backup: what was settled since is lost, sessions included, and the epoch is another. */
  restoreFrom(backup: Backup): void {
    this.#parts = this.#over(structuredClone(backup.data));
    this.epoch += 1;
  }

  // What became of it

  /** One entity as it is now. */
  get<K extends Kind>(kind: K, id: string): Entities[K] | undefined {
    return this.#parts.world.get(kind, id);
  }

  /** All entities of a kind, in the order in which they were made. */
  list<K extends Kind>(kind: K): readonly Entities[K][] {
    return this.#parts.world.list(kind);
  }

  /** A photo or a voice note as far as it has come. */
  attachment(id: EntityId): Readonly<Attachment> | undefined {
    return this.#parts.data.attachments.get(id);
  }

  /** Starts that can be booked with a doctor from now on, the next first. */
  freeStarts(doctor: EntityId): readonly Start[] {
    const now = this.#now();
    return this.list("sheet")
      .filter(({ id }) => id.startsWith(`${doctor}/`))
      .flatMap((sheet) => openSlotsNear(sheet, Number.NEGATIVE_INFINITY, now))
      .filter(({ instant }) => instant * MINUTE_MS >= now)
      .toSorted((left, right) => left.instant - right.instant)
      .map(({ start }) => start);
  }

  /** The password of an account that is there; a lab's devices sign in with it. */
  passwordOf(login: string): string | undefined {
    const { world, data } = this.#parts;
    return data.passwords.get(world.get("login", login) ?? "");
  }

  #made<K extends Kind>(kind: K, id: string): Entities[K] {
    const entity = this.get(kind, id);
    if (entity === undefined) throw new Error(`There is no ${kind} ${id}.`);
    return entity;
  }

  #over(data: Data): Parts {
    return partsOver(data, {
      now: this.#now,
      random: this.#random,
      accessSeconds: this.#options.accessTokenSeconds ?? 900,
      sessionSeconds: this.#options.sessionSeconds ?? SIXTY_DAYS,
    });
  }
}
