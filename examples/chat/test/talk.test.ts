import { describe, expect, it } from "vitest";
import { openScene } from "./support/scene.ts";

/** What a terminal has written since it was asked last. */
function news(said: string[]): string {
  return said.splice(0).join("\n");
}

/** The same without the times of day. */
function lines(said: string[]): readonly string[] {
  return news(said)
    .replaceAll(/\d\d:\d\d {2}/g, "")
    .split("\n");
}

describe("two who talk, in a pipe", () => {
  it("begin at an appointment, and see of each line where it is", async () => {
    await using scene = await openScene();
    const { desk, doctor, settle } = scene;
    await desk.talk.type("/list");
    expect(news(desk.said)).toContain(
      "  1  Wanjiru Kamau with Dr Jane Achieng, not begun, Mon 23 Nov at 15:00",
    );
    await desk.talk.type("wanjiru");
    desk.device.network.goOffline();
    news(desk.said);
    await desk.talk.type("The fever is back.");
    expect(lines(desk.said)).toEqual(["you: The fever is back.  [waiting to be sent]"]);
    await settle();
    expect(news(desk.said)).toContain("no network: what you write is kept here and sent later");
    desk.device.network.goOnline();
    doctor.device.network.goOffline();
    await settle();
    expect(news(desk.said)).toContain("1  “The fever is back.”: sent");
    doctor.device.network.goOnline();
    await settle();
    expect(news(desk.said)).toContain("1  “The fever is back.”: arrived");
    expect(news(doctor.said)).toContain("-- 1 new line in 1  Wanjiru Kamau with you");
    await doctor.talk.type("1");
    expect(lines(doctor.said)).toEqual(["-- Wanjiru Kamau with you", "1  the clinic: The fever is back."]);
    await settle();
    expect(news(desk.said)).toContain("1  “The fever is back.”: read");
  });

  it("say nothing more once it has ended", async () => {
    await using scene = await openScene();
    const { desk } = scene;
    desk.device.network.goOffline();
    await desk.talk.type("wanjiru");
    await desk.talk.type("Is anybody there?");
    await scene.lab.time.run(desk.device.hb.sync());
    news(desk.said);
    desk.talk.end();
    await scene.settle();
    expect(news(desk.said)).toBe("");
  });

  it("withdraw a line: its text is gone on both sides, its place is kept", async () => {
    await using scene = await openScene();
    const { desk, doctor, settle } = scene;
    await desk.talk.type("wanjiru");
    await desk.talk.type("10 tablets");
    await desk.talk.type("1 tablet");
    await settle();
    await doctor.talk.type("wanjiru");
    expect(news(doctor.said)).toContain("10 tablets");
    await doctor.talk.type("/withdraw 1");
    expect(news(doctor.said)).toContain("Only who wrote a line can withdraw it.");
    news(desk.said);
    await desk.talk.type("/withdraw 1");
    await settle();
    expect(lines(desk.said).filter((line) => line.startsWith("1"))).toEqual([
      "1  “10 tablets”: being withdrawn",
      "1  “…”: withdrawn",
    ]);
    expect(news(doctor.said)).toContain("1  “…”: withdrawn");
    await desk.talk.type("/withdraw");
    await settle();
    expect(news(desk.said)).toContain("2  “…”: withdrawn");
    await desk.talk.type("/withdraw");
    expect(news(desk.said)).toContain("There is no line of yours here.");
  });

  it("hear why a line was not sent, and take it from the screen", async () => {
    await using scene = await openScene();
    const { desk, doctor, settle, lab } = scene;
    for (const { talk } of [desk, doctor]) await talk.type("wanjiru");
    await desk.talk.type("first");
    await settle();
    desk.device.network.goOffline();
    await desk.talk.type("too late");
    await doctor.talk.type("/close");
    await lab.time.run(doctor.device.hb.sync());
    desk.device.network.goOnline();
    await settle();
    expect(news(desk.said)).toContain("“too late”: not sent: the conversation is closed");
    const later = await scene.again(desk.device);
    await later.talk.type("wanjiru");
    expect(news(later.said)).toMatch(/\(closed\)\n[^]*too late {2}\[not sent: the conversation is closed\]/);
    await later.talk.type("/dismiss");
    await later.talk.type("/list");
    await later.talk.type("wanjiru");
    expect(news(later.said)).not.toContain("you: too late");
    later.talk.end();
  });

  it("hand a conversation over by the name of a doctor, and hear of it where that is refused", async () => {
    await using scene = await openScene();
    const { desk, doctor, settle, lab } = scene;
    const { id } = lab.server.addDoctor({ name: "Dr Mary Otieno" });
    await desk.talk.type("wanjiru");
    await desk.talk.type("Can somebody else look?");
    await settle();
    await doctor.talk.type("wanjiru");
    await lab.time.run(doctor.talk.type("/hand-over Nobody"));
    expect(news(doctor.said)).toContain("No doctor is called “Nobody”.");
    await lab.time.run(doctor.talk.type("/hand-over mary"));
    expect(news(doctor.said)).toContain(
      "Dr Mary Otieno answers from now on, once the server has heard of it.",
    );
    await settle();
    expect(lab.server.list("conversation")).toMatchObject([{ doctor: id }]);
    expect(desk.talk.view().open?.entry.doctor).toBe("Dr Mary Otieno");
    expect(news(doctor.said)).toContain("You take part in that conversation no longer.");
    await doctor.talk.type("this is typed too late");
    expect(news(doctor.said)).toContain("Nobody here is called “this is typed too late”.");
    await desk.talk.type("/close");
    await settle();
    expect(news(desk.said)).toContain("-- Not closed: you may not do that here.");
  });

  it("find a line by a word, and say where they have looked", async () => {
    await using scene = await openScene();
    const { desk, settle, lab } = scene;
    await desk.talk.type("wanjiru");
    await desk.talk.type("The FEVER is back");
    await desk.talk.type("No cough");
    await settle();
    desk.device.network.goOffline();
    news(desk.said);
    await lab.time.run(desk.talk.type("/search fever"));
    const found = news(desk.said);
    expect(found).toContain("1 line with “fever” (no network: only on this device)");
    expect(found).toMatch(/1 {2}Wanjiru Kamau with Dr Jane Achieng, line 1, .*\n {5}you: The FEVER is back/);
  });

  it("are told what to do where nobody is meant, or several are", async () => {
    await using scene = await openScene();
    const { desk } = scene;
    await desk.talk.type("/older");
    expect(news(desk.said)).toContain("Open a conversation first");
    await desk.talk.type("Nobody");
    expect(news(desk.said)).toContain("Nobody here is called “Nobody”.");
    await desk.talk.type("achieng");
    expect(news(desk.said)).toMatch(
      /Several are meant; write the number:\n-- 1 {2}Wanjiru.*\n-- 2 {2}Otieno/,
    );
    await desk.talk.type("/help");
    expect(news(desk.said)).toContain("/withdraw N");
    await desk.talk.type("2");
    await desk.talk.type("long ".repeat(500));
    expect(news(desk.said)).toContain("Not taken: a line has at most 2,000 characters.");
    expect(await desk.talk.type("/quit")).toBe(false);
  });

  it("find what was written before the app was killed, and lose nothing of it", async () => {
    await using scene = await openScene();
    const { desk, doctor, settle } = scene;
    desk.device.network.goOffline();
    await desk.talk.type("wanjiru");
    for (const text of ["one", "two", "three"]) await desk.talk.type(text);
    desk.talk.end();
    await desk.device.restart();
    const later = await scene.again(desk.device);
    await later.talk.type("wanjiru");
    expect(news(later.said).match(/waiting to be sent/g)).toHaveLength(3);
    desk.device.network.goOnline();
    await settle();
    await doctor.talk.type("wanjiru");
    const read = lines(doctor.said).filter((line) => line.includes("the clinic: "));
    expect(read).toEqual(["1  the clinic: one", "2  the clinic: two", "3  the clinic: three"]);
    later.talk.end();
  });
});
