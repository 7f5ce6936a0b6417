import type { Used } from "./entrance.ts";
import { Shown } from "./shown.ts";

/** What of the SDK's entry for browsers is used here; it takes their place when it is there. */
export type AppUpdate = "none" | "ready" | "taken" | "applying";
export interface Eviction {
  readonly name: string;
  readonly waiting: number;
  readonly lost?: number | undefined;
}
export interface StorageState {
  readonly persisted: boolean | undefined;
  readonly usedBytes: number | undefined;
  readonly quota: "ok" | "tight" | "full";
  readonly evicted: Eviction | undefined;
}

/** A new version of the app, as far as this page knows. */
export interface Updates {
  readonly update: Shown<AppUpdate>;
  /** Begins it: the page is loaded anew. */
  readonly apply: () => void;
}

export function startUpdates(_app: string, _isOut: () => boolean): Updates {
  return { update: new Shown<AppUpdate>("none"), apply: () => undefined };
}

/** How safe it is what somebody keeps here. */
export interface Room {
  readonly state: Shown<StorageState | undefined>;
  /** Asks the browser to throw nothing away by itself. */
  readonly askToPersist: () => void;
  /** She has been told what was lost. */
  readonly acknowledge: () => void;
  readonly stop: () => void;
}

export function watchRoom(_used: Omit<Used<unknown>, "parts">): Room {
  const nothing = (): void => undefined;
  return {
    state: new Shown<StorageState | undefined>(undefined),
    askToPersist: nothing,
    acknowledge: nothing,
    stop: nothing,
  };
}

export async function lostHere(_app: string): Promise<readonly Eviction[]> {
  return [];
}

export async function forgetLost(_lost: readonly Eviction[]): Promise<void> {}
