import { RETURN_MS } from "../calm.ts";
import { type Scene, SECOND_MS } from "./scene.ts";

/** kill -9 of the database. */
export function killDatabase({ world, random }: Scene): void {
  const { database, time } = world;
  if (!database.running) return;
  database.crash();
  time.after(random.between(1, RETURN_MS), () => {
    database.start();
  });
}

/** kill -9 of a server process. */
export function killServer(scene: Scene): void {
  const { world, random } = scene;
  const server = scene.server();
  server.kill();
  world.time.after(random.between(1, RETURN_MS), () => {
    world.start(server);
  });
}

/** A server process stands still and goes on. */
export function pauseServer(scene: Scene): void {
  scene.server().pause(scene.random.between(1, 60) * SECOND_MS);
}

/** A server process is drained and started anew. */
export function restartServer(scene: Scene): void {
  const { world } = scene;
  const server = scene.server();
  void server.stop().then(() => {
    world.time.after(SECOND_MS, () => {
      world.start(server);
    });
  });
}

/** An app is killed wherever it stands: a little later, in the middle of what it was just asked. */
export function killDevice(scene: Scene): void {
  const { world, random } = scene;
  const { time } = world;
  const device = scene.device();
  time.after(random.between(0, 300), () => {
    device.kill();
    time.after(random.between(1, RETURN_MS), () => void device.open());
  });
}

export function fillDisk(scene: Scene): void {
  const { disk } = scene.device();
  disk.capacity = 0;
  scene.world.time.after(scene.random.between(1, 60) * SECOND_MS, () => (disk.capacity = Infinity));
}

/** A second instance of the app is opened, or goes again. */
export function secondTab(scene: Scene): void {
  const device = scene.device();
  if (device.tabs > 1) void device.closeOthers();
  else if (device.tabs === 1) void device.open();
}
