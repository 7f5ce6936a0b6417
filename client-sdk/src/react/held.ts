import type { EntityId, Kind } from "@healthbridge/schema/client";
import type { HealthBridge } from "../health-bridge.ts";
import type { Waiting } from "../outbox/operation.ts";
import type { Filter, Held } from "../replica/query.ts";
import { useAnswer } from "./answer.ts";
import { useParts } from "./context.ts";
import { idOf, keepItems } from "./keep-same.ts";
import { listingOf } from "./listing.ts";
import { devicePulse } from "../pulse.ts";

/** Whose appointments. What is left out does not matter. */
export interface WhoseAppointments {
  readonly patient?: EntityId | undefined;
  readonly doctor?: EntityId | undefined;
  readonly clinic?: EntityId | undefined;
}

/**
 * Entities of a kind that this device holds, as they will be once everything queued has been applied: what `hb.list` answers, and answers anew after each change.
 * The list is the same object for as long as it says the same, and so is each entity in it: a row wrapped in `memo` is rendered only where its own entity changed.
 * @param filter fields that must be equal, or a test; given inline it costs nothing but the asking
 * @returns in the order of their ids; empty on a server and while there is no `hb`
 * @example
 * const doctors = useList("doctor", ({ specialities }) => specialities.includes("general-practice"));
 * const patients = useList("patient", { clinic });
 */
export function useList<K extends Kind>(kind: K, filter?: Filter<K>): ReadonlyArray<Held<K>> {
  return useAll<Held<K>>((hb) => listingOf(hb).list(kind, filter), [kind, keyOfFilter(filter)]);
}

/**
 * One entity, as `hb.get` answers, and answers anew after each change.
 * @param id `undefined` where it is not known yet
 * @returns `undefined` where this device does not hold it
 * @example const doctor = useEntity("doctor", appointment.doctor);
 */
export function useEntity<K extends Kind>(kind: K, id: string | undefined): Held<K> | undefined {
  const { hb } = useParts();
  return useAnswer<Held<K> | undefined>({
    pulse: hb && devicePulse(hb),
    read: () => (id === undefined ? undefined : hb?.get(kind, id)),
    empty: () => undefined,
    about: [kind, id],
  });
}

/**
 * Appointments that this device holds, in the order of their times, with what is queued: one with `waiting` is not certain (show "waiting to be sent", never "booked"),
 * unless it has `confirmed` as well.
 * @example
 * const appointments = useAppointments({ patient });
 * appointments.filter((each) => !isFinished(each)); // `isFinished` of `@healthbridge/schema/client`
 */
export function useAppointments({ patient, doctor, clinic }: WhoseAppointments = {}): ReadonlyArray<
  Held<"appointment">
> {
  return useAll<Held<"appointment">>(
    (hb) =>
      listingOf(hb)
        .list(
          "appointment",
          (each) =>
            (patient ?? each.patient) === each.patient &&
            (doctor ?? each.doctor) === each.doctor &&
            (clinic ?? each.clinic) === each.clinic,
        )
        .toSorted((left, right) => Date.parse(left.start) - Date.parse(right.start)),
    [patient, doctor, clinic],
  );
}

/**
 * What waits to be sent, in the order it was queued; `forecast` and `problem` say what is foreseen of each.
 * @example useWaiting().map(({ id, type }) => <li key={id}>{nameOf(type)}: waiting to be sent</li>)
 */
export function useWaiting(): readonly Waiting[] {
  return useAll((hb) => hb.waiting(), []);
}

/** A list, whose items are the same objects for as long as they say the same. */
function useAll<T extends { readonly id: string }>(
  read: (hb: HealthBridge) => readonly T[],
  about: readonly unknown[],
): readonly T[] {
  const { hb } = useParts();
  return useAnswer<readonly T[]>({
    pulse: hb && devicePulse(hb),
    read: () => (hb === undefined ? [] : read(hb)),
    empty: () => [],
    about,
    keep: (before, after) => keepItems(before, after, idOf),
  });
}

/** Fields say by themselves what they ask for; of a function only another one is known to be another. */
function keyOfFilter(filter: unknown): unknown {
  return typeof filter === "object" ? JSON.stringify(filter) : filter;
}
