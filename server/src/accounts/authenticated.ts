import type { EntityId, Role } from "@healthbridge/schema";

/** Who asks, as the access token and the database together say. At most two seconds old. */
export interface Authenticated {
  readonly tenant: string;
  readonly account: EntityId;
  readonly device: EntityId;
  readonly role: Role;
  /** clinics the account works for */
  readonly clinics: readonly EntityId[];
  /** the doctor this account is */
  readonly doctor: EntityId | undefined;
}
