import type { EntityId } from "@healthbridge/schema/client";
import type { HealthBridgeError } from "./errors.ts";
import type { Outcome } from "./outbox/operation.ts";
import { tell } from "./tell.ts";

/** What an instance tells, by name. */
export interface Events {
  /** an operation has its outcome; it is durable before this is told. Told in the tab that sent it: the others hear `changed`, and `outcomes()` has it */
  readonly outcome: Outcome;
  /** this device is a copy of another: what was not settled goes on under new ids */
  readonly moved: ReadonlyArray<{ readonly from: EntityId; readonly to: EntityId }>;
  /** the server wants a sign-in; everything queued is kept */
  readonly signInNeeded: { readonly code: HealthBridgeError["code"] };
  /** entities this device holds have changed */
  readonly changed: { readonly entities: number };
  /** the server was restored from a backup; what it lost is being sent again */
  readonly restored: { readonly operations: number };
}

type Listeners = { [N in keyof Events]?: Set<(event: Events[N]) => void> };

/** Typed events; a listener that throws disturbs nobody else. */
export class Emitter {
  readonly #listeners: Listeners = {};

  on<N extends keyof Events>(name: N, listener: (event: Events[N]) => void): () => void {
    const listeners: Set<(event: Events[N]) => void> =
      this.#listeners[name] ?? new Set<(event: Events[N]) => void>();
    Object.assign(this.#listeners, { [name]: listeners });
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  emit<N extends keyof Events>(name: N, event: Events[N]): void {
    tell<Events[N]>(this.#listeners[name] ?? [], event);
  }
}
