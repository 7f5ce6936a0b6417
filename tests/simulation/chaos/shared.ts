import type { Device } from "../world/device.ts";
import { clinicsOf } from "../world/people.ts";
import type { Scene } from "./scene.ts";

/** A patient whom two colleagues have in sight on their devices. */
export interface Shared {
  readonly one: Device;
  readonly other: Device;
  readonly patient: string;
}

/** Two colleagues and a patient of theirs, who is written down if there is none; `undefined` where nobody has a colleague, or no network. */
export async function somethingShared(
  { world, workload, random }: Scene,
  fits: (one: Device, other: Device) => boolean = () => true,
): Promise<Shared | undefined> {
  const { hands } = workload;
  const open = world.devices.filter(({ app }) => app !== undefined);
  const pairs = open.flatMap((one) =>
    open.flatMap((other) =>
      one !== other && clinicOf(one, other) !== undefined && fits(one, other) ? [{ one, other }] : [],
    ),
  );
  if (pairs.length === 0) return undefined;
  const { one, other } = random.pick(pairs);
  if (cardsOf(one, other).length === 0) {
    hands.hurry(one, [hands.items.newPatient(one.person, clinicOf(one, other))]);
    await world.time.advance(500);
    if (other.app !== undefined) hands.sync(other.app);
    await world.time.advance(500);
  }
  const cards = cardsOf(one, other);
  return cards.length === 0 ? undefined : { one, other, patient: random.pick(cards) };
}

/** Patients of a clinic where both work, whom both have in sight. */
function cardsOf(one: Device, other: Device): readonly string[] {
  const cards = (one.app?.list("patient") ?? []).filter(
    ({ id, clinic }) => clinic === clinicOf(one, other) && other.app?.get("patient", id) !== undefined,
  );
  return cards.map(({ id }) => id);
}

/** The same, where the other can take the patient's card elsewhere, out of the first one's sight. */
export async function sharedWithMover(
  scene: Scene,
): Promise<(Shared & { readonly elsewhere: string }) | undefined> {
  const both = await somethingShared(
    scene,
    (one, { person: other }) => one.person.clinic === other.secondClinic,
  );
  const elsewhere = both?.other.person.clinic;
  return both === undefined || elsewhere === undefined ? undefined : { ...both, elsewhere };
}

/** Where both work. */
function clinicOf(one: Device, other: Device): string | undefined {
  const clinics = clinicsOf(one.person);
  return clinicsOf(other.person).find((clinic) => clinics.includes(clinic));
}
