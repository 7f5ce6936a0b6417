import type { Account } from "@healthbridge/schema/client";
import type { Observable } from "../observable.ts";
import type { SyncStatus } from "../sync/status.ts";
import { useAnswer } from "./answer.ts";
import { useParts } from "./context.ts";
import { devicePulse, pulseOf } from "../pulse.ts";

/** How things stand with a device that is not open. */
const CLOSED: SyncStatus = {
  state: "offline",
  started: false,
  account: undefined,
  waiting: { urgent: 0, normal: 0, bulk: 0, total: 0 },
  lastSuccess: undefined,
  lastProblem: undefined,
  bytesSent: 0,
  bytesReceived: 0,
  nextAttempt: undefined,
  ahead: 0,
};

/**
 * How things stand with the server. The whole status changes with every exchange (bytes, times), so a component names what it shows and is rendered anew for nothing
 * else.
 * @param select what the component shows of it; left out, all of it
 * @example const waiting = useStatus(({ waiting }) => waiting.total);
 * @example const words = useStatus(describeStatus); // "12 waiting to be sent; no connection"
 */
export function useStatus(): SyncStatus;
export function useStatus<T>(select: (status: SyncStatus) => T): T;
export function useStatus(select: (status: SyncStatus) => unknown = whole): unknown {
  const { hb } = useParts();
  return useAnswer({
    pulse: hb && devicePulse(hb),
    read: () => select(hb?.status.get() ?? CLOSED),
    empty: () => select(CLOSED),
    about: [select],
  });
}

/**
 * Who is signed in; also while the server wants a new sign-in. `undefined`: nobody.
 * @example const account = useAccount(); // account?.name, account?.role
 */
export function useAccount(): Account | undefined {
  return useStatus(accountOf);
}

/**
 * The value of an observable of the SDK (`vault.state`, `storage.state`, `line.state`, `hb.status`), and of every later one. It needs no provider.
 * @example const { state } = useObservable(vault.state); // "new", "locked", "open"
 */
export function useObservable<T>(observable: Observable<T>): T {
  return useAnswer({
    pulse: pulseOf(observable, listenToObservable),
    read: () => observable.get(),
    empty: () => observable.get(),
    about: [observable],
  });
}

function listenToObservable(observable: Observable<unknown>, beat: () => void): () => void {
  return observable.subscribe(beat);
}

function whole(status: SyncStatus): SyncStatus {
  return status;
}

function accountOf({ account }: SyncStatus): Account | undefined {
  return account;
}
