import { type EntityId, type InputOf, operationId, type OperationType } from "@healthbridge/schema";
import type { Authenticated } from "../../src/http/context.ts";
import type { Executor } from "../../src/operations/submission.ts";
import { person } from "./rest-app.ts";

/** Two tenants with the same people each, made through the one door everything comes through. */
export interface TenantWorld {
  readonly tenant: string;
  readonly clinic: EntityId;
  readonly secondClinic: EntityId;
  readonly doctor: EntityId;
  /** her card is kept by the clinic */
  readonly patient: EntityId;
  /** her own account acts for her */
  readonly ownPatient: EntityId;
  readonly administrator: Authenticated;
  readonly staff: Authenticated;
  /** of the second clinic */
  readonly otherStaff: Authenticated;
  readonly doctorAccount: Authenticated;
  readonly patientAccount: Authenticated;
  readonly stranger: Authenticated;
}

/** Makes things as the server itself; `make(type, input)` answers the id. */
function maker(executor: Executor, tenant: string) {
  let count = 0;
  return async <T extends OperationType>(type: T, input: InputOf<T>): Promise<EntityId> => {
    count += 1;
    const stream = `${tenant}_seedOfRestTests`.slice(0, 16);
    const { outcomes } = await executor.submit({
      submitter: { tenant, account: undefined, device: undefined, system: true },
      stream,
      from: count,
      heard: count - 1,
      operations: [{ type, input, madeAt: 0 }],
      carrier: "server",
    });
    const rejected = outcomes.find(({ status }) => status === "rejected");
    if (rejected !== undefined) throw new Error(`${type}: ${JSON.stringify(rejected)}`);
    return operationId(stream, count);
  };
}

export async function makeTenant(executor: Executor, tenant: string): Promise<TenantWorld> {
  const make = maker(executor, tenant);
  const zone = "Africa/Nairobi";
  const clinic = await make("clinic.register", {
    name: "Kijani",
    zone,
    county: "Homa Bay",
    lat: -0.5,
    lng: 34.5,
  });
  const secondClinic = await make("clinic.register", { name: "Bahari", zone });
  const doctor = await make("doctor.register", {
    name: "Dr Achieng",
    clinic,
    specialities: ["surgery"],
    languages: ["en"],
  });
  const hours = [{ from: "00:00", to: "24:00" }];
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours }));
  await make("availability.set", { doctor, zone, slotMinutes: 20, bufferMinutes: 0, weekly });
  const open = async (
    login: string,
    role: Authenticated["role"],
    facts: { clinics?: EntityId[]; doctor?: EntityId } = {},
  ) => {
    const account = await make("account.register", { login, name: login, role, ...facts });
    const device = await make("device.add", { account, name: "phone" });
    return person(role, { tenant, account, device, clinics: facts.clinics ?? [], doctor: facts.doctor });
  };
  const patientAccount = await open("mary", "patient");
  const world = {
    tenant,
    clinic,
    secondClinic,
    doctor,
    patient: await make("patient.register", { name: "Ouma", clinic, phone: "+254700000001" }),
    administrator: await open("admin", "administrator"),
    staff: await open("desk", "staff", { clinics: [clinic] }),
    otherStaff: await open("other", "staff", { clinics: [secondClinic] }),
    doctorAccount: { ...(await open("doctor", "doctor", { doctor })), clinics: [clinic] },
    patientAccount,
    stranger: await open("stranger", "patient"),
  };
  const ownPatient = await registerOwn(executor, patientAccount);
  return { ...world, ownPatient };
}

async function registerOwn(
  executor: Executor,
  { tenant, account, device }: Authenticated,
): Promise<EntityId> {
  const stream = `${tenant}_ownPatientOfMary`.slice(0, 16);
  await executor.submit({
    submitter: { tenant, account, device },
    stream,
    from: 1,
    heard: 0,
    operations: [{ type: "patient.register", input: { name: "Mary" }, madeAt: 0 }],
    carrier: "server",
  });
  return operationId(stream, 1);
}
