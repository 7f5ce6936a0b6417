import type { Touch } from "@healthbridge/schema";

/** A key to look up, with the tenant that asks (look-ups by name need it). */
export interface TenantTouch extends Touch {
  readonly tenant: string;
}
