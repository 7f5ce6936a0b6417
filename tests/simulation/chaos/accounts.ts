import { type Device, URL } from "../world/device.ts";
import { REVOKED_WITHIN_MS } from "../world/listener.ts";
import { clinicsOf } from "../world/people.ts";
import { type Scene, SECOND_MS } from "./scene.ts";

/** She signs out; a colleague of hers, or she herself, signs in on the same device. */
export function signOut(scene: Scene): void {
  const { world, workload, random, changing } = scene;
  const device = scene.device();
  const { app, person } = device;
  if (app === undefined || changing.has(device)) return;
  const others = world.base.people.filter(
    (each) => each.tenant === person.tenant && each.login !== "mallory",
  );
  const next = random.pick(others);
  const change = async (): Promise<void> => {
    await app.signOut();
    device.person = next;
    device.people.set(next.login, next);
    await workload.begin(device);
  };
  const over = (): void => void changing.delete(device);
  changing.add(device);
  change().then(over, over); // the app was killed, or its disk is full
}

/** The account's list of devices loses one while she writes on it: its session ends, its queue stays. */
export function revoke(scene: Scene): void {
  const { world, workload } = scene;
  const { revoked, time, operator } = world;
  const device = scene.device();
  const { knownAs: id, token = "" } = device;
  if (id === undefined || device.app === undefined || revoked.has(id)) return;
  workload.hands.write(device);
  const server = scene.server();
  void server.serve(ownAccount(token)).catch(() => undefined);
  operator.revokeDevice(device.person.tenant, id).then(
    () => {
      revoked.set(id, time.elapsed());
      workload.hands.write(device);
      time.after(REVOKED_WITHIN_MS + SECOND_MS, () => {
        server.serve(ownAccount(token)).then(
          ({ status }) => {
            if (status === 200 && revoked.has(id))
              world.violated("I13", `${device.name} was shown its account though it was revoked`);
          },
          () => undefined, // the server was away
        );
      });
    },
    () => undefined, // the database was away
  );
}

function ownAccount(token: string): Request {
  return new Request(`${URL}/v1/accounts/me`, { headers: { authorization: `Bearer ${token}` } });
}

/** Somebody loses a clinic, or gets it back; sometimes in the middle of what she does there. */
export async function changeRights(scene: Scene): Promise<void> {
  const { world, random } = scene;
  const device = scene.device();
  const { person } = device;
  const clinics = clinicsOf(person);
  const lost = clinics.at(-1);
  if (lost === undefined || person.role !== "staff") return;
  const set = (next: readonly string[]): void => {
    world.operator.setClinics(person.tenant, person.account, next).catch(() => undefined); // the database was away
  };
  const loses = (): void => {
    set(clinics.slice(0, -1));
  };
  const getsBack = (): void => {
    set(clinics);
  };
  const has = world.database.rows("account_clinic").filter((row) => row["account_id"] === person.account);
  const hasAll = has.length === clinics.length;
  if (random.percent(50)) (hasAll ? loses : getsBack)();
  else if (hasAll) await losesInTheMiddle(scene, device, lost, loses);
  else await losesBeforeItIsRead(scene, device, lost, getsBack, loses);
}

/** The answer to what she did there is lost; what she hears next is that she may do it no more. */
async function losesInTheMiddle(
  scene: Scene,
  device: Device,
  clinic: string,
  loses: () => void,
): Promise<void> {
  const { time } = scene.world;
  const { hands } = scene.workload;
  scene.slow(device, SECOND_MS, 1_600);
  hands.hurry(device, [hands.items.newPatient(device.person, clinic)]);
  await time.advance(1_500);
  device.network.cut();
  loses();
  await time.advance(500);
  hands.write(device, "urgent");
}

/** She hears of her clinic, and at once does something there, but has lost it when she asks what is new there. */
async function losesBeforeItIsRead(
  scene: Scene,
  device: Device,
  clinic: string,
  getsBack: () => void,
  loses: () => void,
): Promise<void> {
  const { time } = scene.world;
  const { hands } = scene.workload;
  getsBack();
  await time.advance(500);
  scene.slow(device, SECOND_MS, 8 * SECOND_MS);
  if (device.app !== undefined) hands.sync(device.app);
  await time.advance(1_500);
  hands.ask(device, [hands.items.newPatient(device.person, clinic)]);
  await time.advance(2_000);
  loses();
}
