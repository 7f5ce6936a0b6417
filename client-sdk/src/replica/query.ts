import type { Entities, Kind } from "@healthbridge/schema/client";

/** An entity as this device shows it; `waiting` where an operation that is not settled has touched it. */
export type Held<K extends Kind> = Entities[K] & { readonly waiting?: true };

/** Which entities of a kind: those whose fields equal the ones given, or those a test accepts. */
export type Filter<K extends Kind> = Readonly<Partial<Entities[K]>> | ((entity: Held<K>) => boolean);

/** What `watch` looks at: one entity, or all of a kind that the filter lets through. */
export type Query<K extends Kind> =
  | { readonly kind: K; readonly id: string }
  | { readonly kind: K; readonly filter?: Filter<K> | undefined };
