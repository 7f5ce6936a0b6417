import { URL } from "../world/device.ts";
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

/** Somebody loses a clinic, or gets it back; sometimes while the answer to what she did there is lost. */
export function changeRights(scene: Scene): void {
  const { world, workload, random } = scene;
  const device = scene.device();
  const { person } = device;
  const clinics = clinicsOf(person);
  if (clinics.length === 0 || person.role !== "staff") return;
  const has = world.database.rows("account_clinic").filter((row) => row["account_id"] === person.account);
  const loses = has.length === clinics.length;
  const next = loses ? clinics.slice(0, -1) : clinics;
  const change = (): void => {
    world.operator.setClinics(person.tenant, person.account, next).catch(() => undefined); // the database was away
  };
  if (!loses || random.percent(50)) {
    change();
    return;
  }
  const { hands } = workload;
  scene.slow(device, SECOND_MS, 1_600);
  hands.hurry(device, [hands.items.newPatient(person, clinics.at(-1))]);
  scene.later(1_500, () => {
    device.network.cut();
    change();
  });
  scene.later(2_000, () => {
    hands.write(device, "urgent");
  });
}
