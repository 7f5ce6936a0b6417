import { drawStreamId, type EntityId, operationId } from "@healthbridge/schema";
import { randomBytes } from "node:crypto";
import { createPasswordHasher } from "../../server/src/accounts/password-hash.ts";
import { systemRandomness } from "../../server/src/adapters/randomness.ts";
import { makeTenant } from "../../server/src/import/tenants.ts";
import type { Asked } from "../stage.ts";
import { HORIZON_DAYS, OPENS, SLOT_MINUTES, SLOTS_A_DAY, WANTED_DAYS } from "./assumptions.ts";
import { DAY, dateOf, timeOf, ZONE } from "./calendar.ts";
import type { Layout } from "./generate.ts";
import type { House } from "./house.ts";
import type { Place } from "./places.ts";

/** Somebody's place of work and login. */
export interface Post {
  readonly clinic: EntityId;
  readonly login: string;
}

/** A tenant of its own for one replay: clinics, their doctors' day sheets, somebody who works at each clinic. */
export interface Town {
  readonly tenant: string;
  readonly doctors: readonly EntityId[];
  /** by clinic: its device */
  readonly desks: readonly Post[];
  /** speaks for everybody who is online; at none of the doctors' clinics, so that no doctor is her own */
  readonly online: Post;
  readonly password: string;
  /** Writes as the server itself; answers the operations' ids. */
  asSystem(operations: readonly Asked[]): Promise<readonly EntityId[]>;
}

const PASSWORD = "an account that is only measured";
let passwordHash: Promise<string> | undefined;

/** Makes a town, empty but for its doctors' free days. */
export async function openTown(house: House, places: readonly Place[], layout: Layout): Promise<Town> {
  const tenant = `demand${randomBytes(4).toString("hex")}`;
  await makeTenant(house.pool, tenant, "Demand replay");
  const asSystem = (operations: readonly Asked[]) => writeAsSystem(house, tenant, operations);
  const clinics = await asSystem([
    ...places.map((place) => ({ type: "clinic.register", input: { ...place, zone: ZONE } })),
    { type: "clinic.register", input: { name: "Online", zone: ZONE } },
  ]);
  const doctors = await asSystem(
    layout.clinicOf.map((clinic, at) => ({
      type: "doctor.register",
      input: {
        name: `Doctor ${at}`,
        clinic: clinics[clinic],
        specialities: ["general-practice"],
        languages: ["sw", "en"],
      },
    })),
  );
  for (const doctor of doctors) await asSystem(openDays(doctor));
  passwordHash ??= createPasswordHasher(systemRandomness).hash(PASSWORD);
  const secrets = { passwordHash: await passwordHash };
  const posts = clinics.map((clinic, at): Post => ({ clinic, login: `desk${at}` }));
  await asSystem(
    posts.map(({ clinic, login }) => ({
      type: "account.register",
      input: { login, name: login, role: "staff", clinics: [clinic] },
      secrets,
    })),
  );
  const online = posts.at(-1);
  if (online === undefined) throw new Error("a town has clinics");
  return { tenant, doctors, desks: posts.slice(0, -1), online, password: PASSWORD, asSystem };
}

/** A doctor has hours on the wanted days and on no other: what there is to have is what is divided by. A time that comes free goes to who waits, without a question. */
function openDays(doctor: EntityId): readonly Asked[] {
  const hours = [{ from: timeOf(OPENS), to: timeOf(OPENS + SLOTS_A_DAY * SLOT_MINUTES) }];
  const dates = Array.from({ length: WANTED_DAYS }, (_, day) => ({
    date: dateOf((HORIZON_DAYS + day) * DAY),
    hours,
  }));
  const week = { doctor, zone: ZONE, slotMinutes: SLOT_MINUTES, bufferMinutes: 0, weekly: [] };
  return [
    { type: "availability.set", input: week },
    { type: "availability.except", input: { doctor, dates } },
    { type: "doctor.setRules", input: { doctor, rules: { freed: "give" } } },
  ];
}

async function writeAsSystem(
  { executor, clock }: House,
  tenant: string,
  operations: readonly Asked[],
): Promise<readonly EntityId[]> {
  const stream = drawStreamId((count) => randomBytes(count));
  const { outcomes } = await executor.submit({
    submitter: { tenant, account: undefined, device: undefined, system: true },
    stream,
    from: 1,
    heard: 0,
    operations: operations.map((each) => ({ ...each, madeAt: clock.now })),
    carrier: "server",
  });
  const bad = outcomes.find(({ status }) => status === "rejected");
  if (bad !== undefined) throw new Error(`the replay's own write was refused: ${JSON.stringify(bad)}`);
  return operations.map((_, at) => operationId(stream, at + 1));
}
