import type { EntityId, InputOf } from "@healthbridge/schema/client";
import type { Runtime } from "./adapters/runtime.ts";
import type { Store } from "./stores/store.ts";

/** What `HealthBridge.open` needs to know. */
export interface OpenOptions {
  /** where the server is, as `https://health.example` */
  readonly url: string;
  /** where this device keeps what must not be lost */
  readonly store: Store;
  /** the tenant's short name; left out: the server's own default */
  readonly tenant?: string | undefined;
  /** what this device is called in the account's list of devices, as `Tablet at the front desk` */
  readonly deviceName?: string | undefined;
  /** clock, chance and network; default: the platform's */
  readonly runtime?: Runtime | undefined;
  /** begin to sync in the background at once; default true */
  readonly autoSync?: boolean | undefined;
}

/** Who signs in. */
export interface SignInOptions {
  readonly login: string;
  readonly password: string;
  readonly signal?: AbortSignal | undefined;
}

/** What a sign-out left behind. */
export interface SignOutReport {
  /** operations that still wait on this device, sealed for the account that queued them */
  readonly waiting: number;
  /** operations that were thrown away because the caller asked for it */
  readonly discarded: number;
}

/**
 * A feed an app can ask for, by its name. `me`, an account's clinics and a doctor's own calendar are followed without asking. Any text is taken; the server
 * refuses what is no feed, and is never asked for what cannot be the name of one.
 */
export type FollowedFeed = "directory" | `calendar:${EntityId}` | `clinic:${EntityId}` | (string & {});

/** A booking; `start` may be a `Date` or any ISO instant, and is written with the doctor's own offset where her sheet is held. */
export type BookInput = Omit<InputOf<"appointment.book">, "start"> & { readonly start: string | Date };
/** A move of an appointment; `start` as in `BookInput`. */
export type RescheduleInput = Omit<InputOf<"appointment.reschedule">, "start"> & {
  readonly start: string | Date;
};
