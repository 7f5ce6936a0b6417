import { randomBytes } from "node:crypto";

/**
 * Who lives in a run: two organisations that must never see each other, clinics, doctors with hours round the clock, and accounts that devices sign in to.
 * Set up over REST before the first fault, by nothing of the product's own code.
 */

/** An organisation, with a word that stands in everything of its own and nowhere else. */
export interface Tenant {
  readonly id: string;
  readonly canary: string;
  readonly clinics: readonly Clinic[];
  readonly accounts: readonly AccountToSignIn[];
}

export interface Clinic {
  readonly id: string;
  readonly doctors: readonly string[];
}

export type Role = "staff" | "patient" | "doctor";

export interface AccountToSignIn {
  readonly login: string;
  readonly password: string;
  readonly role: Role;
  /** of staff */
  readonly clinic?: string;
  /** of a doctor */
  readonly doctor?: string;
  /** doctors whose calendars its devices follow */
  readonly follows: readonly string[];
}

export const ZONE = "Africa/Nairobi";
const SLOT_MINUTES = 10;

/** The week every doctor begins with: open day and night, so that there is always something to book. */
export const OPEN_WEEK = [1, 2, 3, 4, 5, 6, 7].map((day) => ({
  day,
  hours: [{ from: "00:00", to: "24:00" }],
}));

export function weekOf(slotMinutes: number = SLOT_MINUTES) {
  return { zone: ZONE, slotMinutes, bufferMinutes: 0, weekly: OPEN_WEEK };
}

export interface TenantPlan {
  readonly id: string;
  readonly canary: string;
  /** doctors of each clinic */
  readonly clinics: readonly number[];
  readonly patients: number;
}

export const TENANTS: readonly TenantPlan[] = [
  { id: "alpha", canary: "kingfisher", clinics: [2, 2], patients: 2 },
  { id: "beta", canary: "hornbill", clinics: [1], patients: 0 },
];

/** Furnishes one organisation through a server that works. */
export async function furnish(
  url: string,
  plan: TenantPlan,
  administrator: { readonly login: string; readonly password: string },
): Promise<Tenant> {
  const rest = await restAs(url, plan.id, administrator);
  const clinics: Clinic[] = [];
  const accounts: AccountToSignIn[] = [];
  for (const [at, doctors] of plan.clinics.entries()) {
    const clinic = await rest.post("/v1/clinics", { name: `${plan.canary} clinic ${at}`, zone: ZONE });
    const ids: string[] = [];
    for (let number = 0; number < doctors; number += 1) {
      const doctor = await rest.post("/v1/doctors", {
        name: `Dr ${plan.canary} ${at}-${number}`,
        clinic,
        specialities: ["general-practice"],
        languages: ["sw"],
      });
      await rest.put(`/v1/doctors/${doctor}/availability`, weekOf());
      // Some give a time that comes free, some offer it.
      const freed = ids.length % 2 === 0 ? "give" : "offer";
      await rest.put(`/v1/doctors/${doctor}/rules`, { rules: { freed, offerMinutes: 5 } });
      ids.push(doctor);
    }
    clinics.push({ id: clinic, doctors: ids });
  }
  const follows = clinics.flatMap(({ doctors }) => doctors);
  const open = async (login: string, role: Role, more: { clinic?: string; doctor?: string }) => {
    const password = `a long sentence of ${login}`;
    const name = `${plan.canary} ${login}`;
    const { clinic, doctor } = more;
    const clinicsOfStaff = clinic === undefined ? {} : { clinics: [clinic] };
    await rest.post("/v1/accounts", {
      login,
      password,
      name,
      role,
      ...clinicsOfStaff,
      ...(doctor === undefined ? {} : { doctor }),
    });
    accounts.push({ login, password, role, ...more, follows });
  };
  for (const [at, { id }] of clinics.entries()) await open(`staff-${plan.id}-${at}`, "staff", { clinic: id });
  const [doctor] = follows;
  if (doctor !== undefined) await open(`doctor-${plan.id}`, "doctor", { doctor });
  for (let at = 0; at < plan.patients; at += 1) await open(`patient-${plan.id}-${at}`, "patient", {});
  return { id: plan.id, canary: plan.canary, clinics, accounts };
}

interface Rest {
  /** Answers the id of what was made. */
  post(path: string, body: object): Promise<string>;
  put(path: string, body: object): Promise<string>;
}

async function restAs(
  url: string,
  tenant: string,
  { login, password }: { readonly login: string; readonly password: string },
): Promise<Rest> {
  const nonce = randomBytes(32).toString("base64url");
  const session = await send(
    url,
    "POST",
    "/v1/sessions",
    { tenant, login, password, device: "rig", nonce },
    {},
  );
  const authorization = `Bearer ${String(session["accessToken"])}`;
  const write = (method: string) => async (path: string, body: object) => {
    const headers = { authorization, "idempotency-key": randomBytes(12).toString("hex") };
    return String((await send(url, method, path, body, headers))["id"]);
  };
  return { post: write("POST"), put: write("PUT") };
}

async function send(
  url: string,
  method: string,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
