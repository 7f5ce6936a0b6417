import { expect, test } from "vitest";
import { openChat } from "../src/chat/index.ts";
import { searchDoctorsAtServer, shareCalendar, unshareCalendar } from "../src/schedule/index.ts";
import { photo, scene } from "./attachments/scene.ts";
import { jpeg } from "./support/files.ts";

test("what asks the server something of its own says of a closed instance what every call says", async () => {
  await using both = await scene();
  const { desk, conversation } = both;
  const chat = await openChat(desk.open);
  const attachments = await both.open(desk);
  const id = await attachments.attach(jpeg(100), photo(conversation));
  await desk.hb.close();
  const asked = [
    () => chat.searchAtServer({ text: "fever" }),
    () => chat.earlier(conversation, { limit: 5 }),
    () => attachments.download(id),
    () => searchDoctorsAtServer(desk.open, { near: { lat: 0, lng: 0 } }),
    () => shareCalendar(desk.open, {}),
    () => unshareCalendar(desk.open, id),
  ];
  for (const call of asked)
    await expect(call()).rejects.toMatchObject({ name: "HealthBridgeError", code: "store_closed" });
});
