import type { HealthBridge } from "@healthbridge/client-sdk";
import type { Doctor, EntityId } from "@healthbridge/schema";
import { meets } from "./entries.ts";

/** Doctors whose names are fetched in one run of the program. */
const MOST_FETCHED = 50;
const MOST_NAMED = 4;
const ID = /^[A-Za-z0-9_-]{16}\.[1-9][0-9]{0,9}$/;

/**
 * The doctor whom a name or an id means. Where none is known here the list of all doctors is fetched, once.
 * @param say told what takes a while
 * @returns the doctor, or in words why there is none
 */
export async function doctorCalled(
  hb: HealthBridge,
  name: string,
  say: (words: string) => void,
): Promise<Pick<Doctor, "id" | "name"> | string> {
  if (ID.test(name)) return hb.get("doctor", name) ?? { id: name, name };
  let found = named(hb, name);
  if (found.length === 0) {
    say("Fetching the list of doctors; on a slow line this takes a while.");
    await hb.follow("directory");
    const { done } = await hb.sync();
    found = named(hb, name);
    if (found.length === 0 && !done) return "The list of doctors is not here, and there is no network.";
  }
  const [first, second] = found;
  if (first === undefined) return `No doctor is called “${name}”.`;
  if (second === undefined) return first;
  const some = found.slice(0, MOST_NAMED).map((each) => `${each.name} (${each.id})`);
  return `${String(found.length)} doctors are called “${name}”; write the id: ${some.join(", ")}${found.length > MOST_NAMED ? " …" : ""}`;
}

function named(hb: HealthBridge, name: string): ReadonlyArray<Pick<Doctor, "id" | "name">> {
  return hb.list("doctor", (each) => meets(each.name, name));
}

/** Fetches the names of doctors: a patient's device knows hers by their calendars alone. */
export class DoctorNames {
  readonly #hb: HealthBridge;
  readonly #asked = new Set<EntityId>();

  constructor(hb: HealthBridge) {
    this.#hb = hb;
  }

  /** Asks for names that are not known here, each once. */
  fetch(unknown: Iterable<EntityId>): void {
    const fresh = [...unknown].filter((id) => !this.#asked.has(id));
    for (const id of fresh.slice(0, Math.max(0, MOST_FETCHED - this.#asked.size))) {
      this.#asked.add(id);
      void this.#hb.follow(`calendar:${id}`).catch(() => undefined); // she stays without a name
    }
  }
}
