import type { EntityId } from "@healthbridge/schema/client";
import { platformRuntime } from "../adapters/platform-runtime.ts";
import type { Runtime } from "../adapters/runtime.ts";
import { HealthBridgeError } from "../errors.ts";
import type { HealthBridge } from "../health-bridge.ts";
import { rethrow } from "../stores/rethrow.ts";
import type { OpenOptions } from "../options.ts";
import { isRecord } from "../outbox/rows.ts";
import type { Store, StoreTransaction } from "../stores/store.ts";
import type { SyncOptions } from "../sync/status.ts";
import { openHttp, valueOf } from "./http.ts";

/** A device that is open, and what it was opened with (its `runtime` where it was given one): what an addition needs that asks the server something of its own. */
export interface OpenDevice extends Pick<OpenOptions, "url" | "store" | "runtime"> {
  readonly hb: Pick<HealthBridge, "sync">;
}

/** One request over REST. */
export interface SignedCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** behind `/v1/` */
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** in whose name; where somebody else is signed in by the time it would be sent, it is not. Left out: whoever that is */
  readonly as?: EntityId | undefined;
  /** ends it */
  readonly signal?: AbortSignal | undefined;
}

/** The clock, randomness and network of a device. */
export function runtimeOf({ runtime = platformRuntime() }: Pick<OpenDevice, "runtime">): Runtime {
  return runtime;
}

/**
 * Asks the server over REST as whoever is signed in. What is queued is sent first: so the token is a fresh one, and what the request speaks of is known there.
 * @throws HealthBridgeError `not_signed_in`; `offline` and the other codes of an exchange that failed; what the server answers
 */
export async function signedCall(device: OpenDevice, call: SignedCall): Promise<unknown> {
  for (let last = false; ; last = true) {
    await synced(device, { signal: call.signal });
    try {
      return await asSignedIn(device, call);
    } catch (error) {
      if (last || !isOver(error)) throw error;
      await noteThatOver(device.store);
    }
  }
}

/**
 * Syncs, where what follows needs that.
 * @throws HealthBridgeError what the report's problem says; `store_closed` where the instance is closed, as every call then does
 */
export async function synced({ hb }: Pick<OpenDevice, "hb">, options: SyncOptions): Promise<void> {
  const { problem } = await hb.sync(options);
  if (problem) throw new HealthBridgeError(problem.code.replace(/^closed/, "store_closed"), problem);
}

/**
 * One transaction of the SDK's own store.
 * @throws HealthBridgeError `store_closed`, `store_locked`, `store_blocked`, `store_failed`
 */
export function withStore<T>(
  store: Store,
  mode: "read" | "write",
  work: (tx: StoreTransaction) => Promise<T>,
): Promise<T> {
  return store.transaction(mode, work).catch(rethrow);
}

/** Whether the server took the token for over. */
export function isOver(error: unknown): boolean {
  return error instanceof HealthBridgeError && error.code === "token_expired";
}

/**
 * Where the clock was wrong at the sign-in nobody here knows when a token ends, and over a socket nobody is told. Noted as another tab would, so that the next exchange reads it
 * and renews it.
 */
export function noteThatOver(store: Store): Promise<void> {
  return withStore(store, "write", async (tx) => {
    const session = await tx.get("meta", "session");
    if (!isRecord(session)) return;
    await tx.put("meta", "session", { ...session, expires: 0 });
    await tx.put("meta", "revision", Number((await tx.get("meta", "revision")) ?? 0) + 1);
  });
}

/**
 * Reads something at the server that does not depend on what is queued, and so does not wait for that: a clinic's batch takes minutes. A token that has run out is renewed.
 * @throws HealthBridgeError as `signedCall`
 */
export async function signedRead(device: OpenDevice, call: SignedCall): Promise<unknown> {
  try {
    return await asSignedIn(device, call);
  } catch (error) {
    if (!(error instanceof HealthBridgeError) || error.retry !== "after-auth") throw error;
    return signedCall(device, call);
  }
}

async function asSignedIn(device: OpenDevice, { as, ...call }: SignedCall): Promise<unknown> {
  const session = await withStore(device.store, "read", (tx) => tx.get("meta", "session"));
  const token = isRecord(session) && (as === undefined || isOf(session, as)) && session["accessToken"];
  if (typeof token !== "string") throw new HealthBridgeError("not_signed_in");
  const http = openHttp(runtimeOf(device), device.url, { bytesSent: 0, bytesReceived: 0 });
  return valueOf(await http({ ...call, token }));
}

/** Whether a session, as it was read, is an account's. */
export function isOf(session: Record<string, unknown>, account: EntityId): boolean {
  return isRecord(session["account"]) && session["account"]["id"] === account;
}
