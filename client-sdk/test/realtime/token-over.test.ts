import { HttpResponse } from "msw";
import { describe, expect, it, onTestFinished } from "vitest";
import { openAttachments } from "../../src/attachments/index.ts";
import { openChat } from "../../src/chat/index.ts";
import { memoryStore } from "../../src/index.ts";
import { jpeg } from "../support/files.ts";
import { problem } from "../support/line.ts";
import { useNetwork } from "../support/scene.ts";
import { booking, liveScene } from "./live-scene.ts";

useNetwork();

/** Photos of an appointment beside a live line, whose requests can be refused until the token was renewed. */
async function withPhotos() {
  const { hb, line, disk, runtime } = await liveScene();
  const { id: conversation } = await hb.book(booking(4));
  await hb.sync();
  const beside = { hb, url: line.url, store: memoryStore(disk), runtime };
  const attachments = await openAttachments({ ...beside, files: memoryStore(), autoUpload: false });
  onTestFinished(() => attachments.end());
  const renewed = (): boolean => line.seen.some(({ path }) => path === "/v1/sessions/refresh");
  const refuseUntilRenewed = (refusal: () => Response): void => {
    const refuse = (request: Request, go: () => Promise<Response>): Promise<Response> | Response =>
      request.url.includes("attachments") && !renewed() ? refusal() : go();
    line.faults.push(...Array.from({ length: 20 }, () => refuse));
  };
  return { hb, beside, conversation, attachments, line, renewed, refuseUntilRenewed };
}

describe("a token that is over although this device's clock says otherwise", () => {
  it("is renewed for a photo beside a socket, on which nobody is told of it", async () => {
    const { hb, beside, conversation, attachments, line, renewed, refuseUntilRenewed } = await withPhotos();
    const isOver = () => problem(401, "token_expired", { "tus-resumable": "1.0.0" });
    refuseUntilRenewed(isOver);
    const id = await attachments.attach(jpeg(5_000), { conversation, kind: "photo" });
    expect(await attachments.upload()).toBeUndefined();
    expect(attachments.list()).toMatchObject([{ id, state: "sent" }]);
    // The same for one that is looked at.
    line.seen.length = 0;
    await openChat({ ...beside }).then((chat) => chat.send({ conversation, attachments: [id] }));
    await hb.sync();
    refuseUntilRenewed(isOver);
    line.seen.length = 0;
    expect((await attachments.download(id)).size).toBe(5_000);
    expect(renewed()).toBe(true);
  });

  it("is renewed where an upload goes on as well: what asks how far it is has no body that says so", async () => {
    const { conversation, attachments, line, refuseUntilRenewed } = await withPhotos();
    const id = await attachments.attach(jpeg(5_000), { conversation, kind: "photo" });
    line.faults.push(async (_, go) => {
      await go();
      return HttpResponse.error();
    });
    await attachments.upload();
    line.seen.length = 0;
    refuseUntilRenewed(() => new Response(null, { status: 401, headers: { "tus-resumable": "1.0.0" } }));
    expect(await attachments.upload()).toBeUndefined();
    expect(attachments.list()).toMatchObject([{ id, state: "sent" }]);
  });
});
