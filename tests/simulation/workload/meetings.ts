import type { HealthBridge } from "../../../client-sdk/src/index.ts";
import type { SeededRandom } from "../../../client-sdk/src/testing/index.ts";
import type { Device } from "../world/device.ts";
import type { World } from "../world/world.ts";
import type { Hands } from "./hands.ts";

/** An hour that everybody wants at once: of the same doctor, or of different ones for the same patient. */
export function rush(world: World, hands: Hands, random: SeededRandom, first: Device): void {
  const { items } = hands;
  const start = items.start();
  const doctors = items.doctorsOf(first.person);
  const samePatient = random.percent(60);
  const shared = samePatient ? hands.sharedPatient(first) : undefined;
  let turn = random.between(0, doctors.length - 1);
  for (const device of world.devices) {
    if (device.app === undefined || device.person.tenant !== first.person.tenant) continue;
    const who = device.app.get("patient", shared ?? "")?.id ?? hands.patientOf(device.app);
    const doctor = doctors[turn % doctors.length]?.id;
    if (who === undefined || doctor === undefined) continue;
    if (samePatient) turn += 1;
    hands.hurry(device, [items.booking(device.person, () => who, { doctor, start })]);
  }
}

/** A time that one device can confirm by itself, for a patient whom somebody else sends to another doctor at that hour. */
export function crossing(
  world: World,
  hands: Hands,
  random: SeededRandom,
  device: Device,
  app: HealthBridge,
): void {
  const { items } = hands;
  const patient = hands.sharedPatient(device);
  const [own] = app.leasedTimes();
  if (patient === undefined || own === undefined) return;
  const doctors = items.doctorsOf(device.person).filter(({ id }) => id !== own.doctor);
  const other = world.devices.find(
    (each) => each !== device && each.app?.get("patient", patient) !== undefined,
  );
  if (other === undefined || doctors.length === 0) return;
  const { doctor, start } = own;
  const elsewhere = items.booking(other.person, () => patient, { doctor: random.pick(doctors).id, start });
  hands.hurry(other, [{ ...elsewhere, lane: "urgent" }]);
  hands.ask(device, [items.booking(device.person, () => patient, { doctor, start })], app);
}

/** Two who have the same appointment in hand, one after the other, while the first has something else to say. */
export function tussle(
  world: World,
  hands: Hands,
  random: SeededRandom,
  device: Device,
  app: HealthBridge,
): void {
  const appointment = hands.appointmentOf(app);
  const others = world.devices.filter((each) => each !== device && each.app !== undefined);
  if (appointment === undefined || others.length === 0) return;
  const { items } = hands;
  const { time } = world;
  hands.ask(device, [{ ...items.reschedule(appointment), lane: "normal" }], app);
  hands.sync(app);
  const other = random.pick(others);
  if (world.on("cut-response"))
    time.after(random.between(20, 150), () => {
      device.network.cut();
    });
  time.after(random.between(50, 500), () => {
    if (other.app?.get("appointment", appointment) === undefined) return;
    const after = random.percent(50) ? items.cancel(appointment) : items.reschedule(appointment);
    hands.hurry(other, [{ ...after, lane: "normal" }]);
  });
  time.after(random.between(500, 2_000), () => {
    hands.write(device, "urgent");
  });
}
