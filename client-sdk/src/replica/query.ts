import type { Entities, Kind } from "@healthbridge/schema/client";
import type { Mark } from "./view.ts";

/**
 * An entity as this device shows it; `waiting` where an operation that is not settled has touched it, and then `confirmed` where it is certain all the same: an
 * appointment at a time that this device has to itself.
 */
export type Held<K extends Kind> = Entities[K] & Partial<Mark>;

/** Which entities of a kind: those whose fields equal the ones given, or those a test accepts. */
export type Filter<K extends Kind> = Readonly<Partial<Entities[K]>> | ((entity: Held<K>) => boolean);

/** What `watch` looks at: one entity, or all of a kind that the filter lets through. */
export type Query<K extends Kind> =
  | { readonly kind: K; readonly id: string }
  | { readonly kind: K; readonly filter?: Filter<K> | undefined };
