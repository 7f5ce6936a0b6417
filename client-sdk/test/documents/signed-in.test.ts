import { describe, expect, it } from "vitest";
import { password } from "../support/clinic.ts";
import { FakeRuntime, settled } from "../support/fake-runtime.ts";
import { useNetwork } from "../support/scene.ts";
import { device, INTAKE, NAME, read, write } from "./device.ts";

useNetwork();

describe("documents and who is signed in", () => {
  it("that nobody may see are refused, and asked for no more for a while", async () => {
    const { open, server } = await device();
    server.may = undefined;
    const intake = await (await open()).open(INTAKE);
    await expect.poll(() => intake.status.get().problem).toBe("not_found");
    await expect(intake.sync()).rejects.toMatchObject({ code: "not_found" });
  });

  it("need somebody who is signed in", async () => {
    const { open, hb } = await device();
    const documents = await open();
    await hb.signOut();
    await expect(documents.open(INTAKE)).rejects.toMatchObject({ code: "not_signed_in" });
  });

  it("go from the device with who signs out, but for what the server lacks, which is sealed for her", async () => {
    const { open, server, hb, rows } = await device();
    const documents = await open();
    const intake = await documents.open(INTAKE);
    write(intake.doc, "known. ");
    await intake.sync();
    server.away = true;
    write(intake.doc, "waiting.");
    await intake.kept();
    await hb.signOut();
    await expect.poll(() => intake.status.get().closed).toBe(true);
    await expect.poll(() => rows("base")).toEqual([]);
    expect(await rows("mine:accountaccountac.1:")).toHaveLength(1);
    expect(() => write(intake.doc, "more")).toThrow("closed");

    server.away = false;
    await hb.signIn({ login: "baraka", password });
    const hers = await documents.open(INTAKE);
    await hers.sync();
    expect(read(hers.doc)).toBe("known. ");
    expect(server.text(NAME)).toBe("known. ");
    await hb.signOut();

    await hb.signIn({ login: "amina", password });
    const again = await documents.open(INTAKE);
    await again.sync();
    expect(read(again.doc)).toBe("known. waiting.");
    expect(server.text(NAME)).toBe("known. waiting.");
    await settled();
  });

  it("wait unseen behind what others wrote where she may not see that any more, and are all there once she may", async () => {
    const { open, server, hb } = await device();
    write(server.doc(NAME), "pulse 70. ");
    const documents = await open();
    const intake = await documents.open(INTAKE);
    await expect.poll(() => read(intake.doc)).toBe("pulse 70. ");
    server.away = true;
    write(intake.doc, "fever.");
    await intake.kept();
    await hb.signOut();
    await expect.poll(() => intake.status.get().closed).toBe(true);

    server.away = false;
    server.may = undefined;
    await hb.signIn({ login: "amina", password });
    const unseen = await documents.open(INTAKE);
    await expect(unseen.sync()).rejects.toMatchObject({ code: "not_found" });
    expect(read(unseen.doc)).toBe("");
    expect(unseen.status.get()).toMatchObject({ waiting: true, problem: "not_found" });
    expect(await documents.waiting()).toEqual([INTAKE]);

    server.may = "write";
    await unseen.sync();
    expect(read(unseen.doc)).toBe("pulse 70. fever.");
    expect(server.text(NAME)).toBe("pulse 70. fever.");
    expect(unseen.status.get()).toMatchObject({ waiting: false, problem: undefined });
  });

  it("leave nothing that the server sends after she has signed out", async () => {
    const { open, server, hb, rows, runtime } = await device();
    write(server.doc(NAME), "known. ");
    const intake = await (await open()).open(INTAKE);
    await expect.poll(() => read(intake.doc)).toBe("known. ");
    const answer = Promise.withResolvers<void>();
    const elsewhere = runtime.fetch;
    runtime.fetch = async (url, init) => {
      const response = await elsewhere(url, init);
      if (url.includes("/v1/documents/")) await answer.promise;
      return response;
    };
    write(server.doc(NAME), "found since.");
    const asked = intake.sync().catch(() => undefined);
    await settled();
    await hb.signOut();
    await expect.poll(() => intake.status.get().closed).toBe(true);
    answer.resolve();
    await asked;
    await settled();
    expect(await rows("base")).toEqual([]);
  });

  it("are not sent in the name of somebody who signs in before they could be", async () => {
    const { open, server, hb, rows, line } = await device();
    server.away = true;
    const intake = await (await open()).open(INTAKE);
    write(intake.doc, "waiting");
    await intake.kept();
    server.away = false;
    line.faults.push(async (_, go) => {
      const answer = await go();
      await hb.signOut();
      await hb.signIn({ login: "baraka", password });
      return answer;
    });
    await expect(intake.sync()).rejects.toMatchObject({ code: "not_signed_in" });
    await settled();
    expect(server.posts.filter(({ update }) => update)).toEqual([]);
    expect(server.text(NAME)).toBe("");
    expect(await rows("mine:accountaccountac.1:")).toHaveLength(1);
  });

  it("that another tab wrote before it was killed are sent by the one that has them open", async () => {
    const { open, server, hb, runtime } = await device();
    server.away = true;
    await (await open()).open(INTAKE);
    const mute = new FakeRuntime();
    mute.fetch = runtime.fetch;
    mute.openChannel = () => ({ post: () => undefined, close: () => undefined });
    const killed = await open({ runtime: mute });
    write((await killed.open(INTAKE)).doc, "fever");
    await killed.close();
    server.away = false;
    await runtime.advance(1_000);
    await hb.sync();
    await settled();
    await runtime.advance(60_000);
    await expect.poll(() => server.text(NAME)).toBe("fever");
  });

  it("are thrown away with the queue where that is asked for", async () => {
    const { open, server, hb, rows } = await device();
    server.away = true;
    const intake = await (await open()).open(INTAKE);
    write(intake.doc, "waiting");
    await intake.kept();
    await hb.signOut({ discardQueued: true });
    await expect.poll(() => rows()).toEqual([]);
  });

  it("refuse what is no conversation", async () => {
    const { open } = await device();
    await expect((await open()).open({ conversation: "../x", kind: "intake" })).rejects.toMatchObject({
      code: "malformed",
    });
  });
});
