import { expect, test } from "vitest";
import { jpeg } from "../support/files.ts";
import { PASSWORD, photo, scene } from "./scene.ts";

test("what a restored server has lost is offered to it again, as long as this device has it", async () => {
  await using world = await scene();
  const { lab, desk, conversation } = world;
  const attachments = await world.open(desk);
  const early = await attachments.attach(jpeg(10_000), photo(conversation));
  expect(await lab.time.run(attachments.upload())).toBeUndefined();
  const backup = lab.server.backup();
  await desk.hb.enqueue("message.send", { conversation, text: "after the backup" });
  await lab.time.run(desk.hb.sync());
  const late = await attachments.attach(jpeg(20_000), photo(conversation));
  const forgotten = await attachments.attach(jpeg(30_000), photo(conversation));
  expect(await lab.time.run(attachments.upload())).toBeUndefined();
  await attachments.forget([forgotten]);
  lab.server.restoreFrom(backup);
  expect(lab.server.attachment(late)).toBeUndefined();
  await lab.time.run(desk.hb.sync());
  await lab.time.run(desk.hb.signIn({ login: "amina", password: PASSWORD }));
  await lab.time.run(desk.hb.sync());
  await lab.time.settle();
  const before = desk.network.carried.up;
  expect(await lab.time.run(attachments.upload())).toBeUndefined();
  expect(attachments.list()).toMatchObject([
    { id: early, state: "sent" },
    { id: late, state: "sent" },
  ]);
  expect(lab.server.attachment(late)).toMatchObject({ whole: true });
  expect(lab.server.attachment(forgotten)).toBeUndefined();
  expect(desk.network.carried.up - before).toBeLessThan(25_000);
});

test("what a restored server has lost is offered again whenever that is noticed, and in the name of whoever attached it", async () => {
  await using world = await scene();
  const { lab, desk, conversation } = world;
  const backup = lab.server.backup();
  const attachments = await world.open(desk);
  const id = await attachments.attach(jpeg(10_000), photo(conversation));
  expect(await lab.time.run(attachments.upload())).toBeUndefined();
  await attachments.end();
  lab.server.restoreFrom(backup);
  await lab.time.run(desk.hb.sync());
  await desk.hb.signOut();
  await lab.time.run(desk.hb.signIn({ login: "otieno", password: PASSWORD }));
  const again = await world.open(desk);
  expect(await lab.time.run(again.upload())).toBeUndefined();
  expect(lab.server.attachment(id)).toBeUndefined();
  await desk.hb.signOut();
  await lab.time.run(desk.hb.signIn({ login: "amina", password: PASSWORD }));
  expect(await lab.time.run(again.upload())).toBeUndefined();
  expect(lab.server.attachment(id)).toMatchObject({ whole: true });
  expect(again.list()).toMatchObject([{ id, state: "sent" }]);
});

test("a photo of a visit that a restored server has lost is sent once the visit is there again", async () => {
  await using world = await scene();
  const { lab, desk, conversation } = world;
  const { doctor, patient } = desk.hb.get("appointment", conversation) ?? {};
  const start = doctor && lab.server.freeStarts(doctor)[0];
  if (doctor === undefined || patient === undefined || start === undefined)
    throw new Error("nothing is free");
  const backup = lab.server.backup();
  const later = await desk.hb.book({ doctor, patient, start });
  await lab.time.run(desk.hb.sync());
  const attachments = await world.open(desk);
  const id = await attachments.attach(jpeg(10_000), photo(later.id));
  lab.server.restoreFrom(backup);
  expect(await lab.time.run(attachments.upload())).toBeUndefined();
  expect(attachments.list()).toMatchObject([{ id, state: "sent" }]);
  expect(lab.server.attachment(id)).toMatchObject({ whole: true });
});
