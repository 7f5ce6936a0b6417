import type { HealthBridge, Store } from "@healthbridge/client-sdk";
import type { Account } from "@healthbridge/schema/client";
import type { Person, Safe } from "./safe.ts";
import type { Used } from "./stage.ts";

/** What the way in is made of. */
export interface EntranceParts<P> {
  people(): Promise<readonly Person[]>;
  /** a safe of somebody who is here already, or a new one */
  safe(person: Person): Promise<Safe>;
  newPerson(label: string): Person;
  openDevice(store: Store): Promise<HealthBridge>;
  /** Room in memory alone, for who has no PIN yet: each store of it holds the same, and nothing of it is ever on the disk. */
  memory(): Promise<() => Store>;
  /** Puts everything that a store holds into another. */
  carry(from: Store, to: Store): Promise<void>;
  /** opens what the app needs beside the SDK, once somebody is signed in */
  begin(used: Omit<Used<P>, "parts">): Promise<P>;
  end(parts: P): Promise<void>;
  /** Ends messages that this browser shows for her while the app is closed: the server may not hear today that she has left. */
  endMessages(account: Account): Promise<void>;
  /** roles this app is for */
  readonly roles: readonly Account["role"][];
}
