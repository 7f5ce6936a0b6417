import type { RestRoute } from "./contract.ts";

/** The collections on REST in which one thing of a kind is read, by its id. */
export const COLLECTIONS = [
  { kind: "clinic", path: "/v1/clinics" },
  { kind: "doctor", path: "/v1/doctors" },
  { kind: "patient", path: "/v1/patients" },
  { kind: "appointment", path: "/v1/appointments" },
  { kind: "conversation", path: "/v1/conversations" },
  { kind: "calendarLink", path: "/v1/calendar-links" },
] as const;

/**
 * The collection in which what an operation creates is read, by the operation's id; `undefined`: it creates nothing that is read by itself. `/v1/appointments/hold` creates what is
 * read at `/v1/appointments/:appointment`; to a lease no address leads.
 */
export function createdIn({ method, path }: Pick<RestRoute, "method" | "path">): string | undefined {
  if (method !== "post" || path.includes(":")) return undefined;
  return COLLECTIONS.find((each) => `${path}/`.startsWith(`${each.path}/`))?.path;
}
