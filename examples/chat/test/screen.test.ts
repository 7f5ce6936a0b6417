import { describe, expect, it } from "vitest";
import { widthOf } from "../src/rows.ts";
import { openScene } from "./support/scene.ts";

const SCREEN = { interactive: true, room: { columns: 44, rows: 12 } };

describe("the screen", () => {
  it("lists conversations with what is new, fills all rows and is never too wide", async () => {
    await using scene = await openScene(SCREEN);
    const { desk, doctor, settle } = scene;
    await desk.talk.type("wanjiru");
    await desk.talk.type("She has had a fever since last night and does not drink");
    await settle();
    const rows = doctor.screen().split("\n");
    expect(rows).toHaveLength(SCREEN.room.rows);
    for (const row of rows) expect(widthOf(row)).toBeLessThanOrEqual(SCREEN.room.columns);
    expect(rows[0]).toMatch(/^Conversations +1 new line$/);
    expect(rows[1]).toBe("achieng: connected");
    expect(doctor.screen()).toMatch(/ {2}1 {2}Wanjiru Kamau with you +1 new line\n {5}the clinic: She has/);
    expect(doctor.screen()).toMatch(/Not begun yet\n {2}2 {2}Otieno Ouma with … +Mon 23 Nov at 16:00/);
  });

  it("keeps to names where a list is long, and says how many it has no room for", async () => {
    const room = { columns: 60, rows: 8 };
    await using scene = await openScene({ interactive: true, room });
    const { desk, lab, settle } = scene;
    const [doctor] = lab.server.list("doctor");
    const [, clinic] = lab.server.list("clinic");
    for (let at = 1; at <= 5; at++) {
      const { id } = lab.server.addPatient({
        name: `Patient ${String.fromCharCode(64 + at)}`,
        clinic: clinic?.id,
      });
      lab.server.bookElsewhere({
        doctor: doctor?.id ?? "",
        patient: id,
        start: `2026-11-24T1${at}:00+03:00`,
      });
    }
    await settle();
    const rows = desk.screen().split("\n");
    expect(rows).toHaveLength(room.rows);
    expect(rows.filter((row) => / with Dr Jane Achieng /.test(row))).toHaveLength(4);
    expect(rows.at(-1)).toBe("3 more are not shown. Open one by its number or by the pati…");
  });

  it("shows a conversation with its newest lines above what is typed, and where each is", async () => {
    await using scene = await openScene(SCREEN);
    const { desk, doctor, settle } = scene;
    await desk.talk.type("wanjiru");
    await desk.talk.type("She has had a fever since last night and does not drink");
    await settle();
    await doctor.talk.type("1");
    await settle();
    desk.device.network.goOffline();
    await desk.talk.type("Shall I bring her?");
    await settle();
    const rows = desk
      .screen()
      .replaceAll(/\d\d:\d\d/g, "hh:mm")
      .split("\n");
    expect(rows[0]).toBe("Wanjiru Kamau with Dr Jane Achieng");
    expect(rows.slice(1, 3)).toEqual(["Amina: no network: what you write is kept", "here and sent later"]);
    expect(rows.slice(-5)).toEqual([
      "   1  hh:mm  you: She has had a fever since",
      "             last night and does not drink",
      "                                        read",
      "      hh:mm  you: Shall I bring her?",
      "                          waiting to be sent",
    ]);
  });

  it("leaves no empty row below a line of the other side that fills its own", async () => {
    await using scene = await openScene(SCREEN);
    const { desk, doctor, settle } = scene;
    await doctor.talk.type("wanjiru");
    await doctor.talk.type("exactly as wide, ok");
    await doctor.talk.type("and next");
    await settle();
    await desk.talk.type("wanjiru");
    const rows = desk.screen().split("\n");
    expect(rows.slice(-2).map((row) => row.slice(13))).toEqual([
      "the doctor: exactly as wide, ok",
      "the doctor: and next",
    ]);
  });

  it("goes back to older lines and forward again, and to the newest when something is written", async () => {
    await using scene = await openScene(SCREEN);
    const { desk, settle } = scene;
    await desk.talk.type("wanjiru");
    for (let at = 1; at <= 30; at++) await desk.talk.type(`line ${at}`);
    await settle();
    const seen = (): readonly number[] =>
      [...desk.screen().matchAll(/you: line (\d+)/g)].map(([, number]) => Number(number));
    expect(seen().at(-1)).toBe(30);
    const pages: number[][] = [[...seen()]];
    while (!(pages[0]?.includes(1) ?? true)) {
      await desk.talk.type("/older");
      expect(desk.screen()).toContain("below: /newer");
      pages.unshift([...seen()]);
    }
    expect(pages.flat()).toEqual(Array.from({ length: 30 }, (_, at) => at + 1)); // none left out, none twice
    await desk.talk.type("/older");
    expect(desk.screen()).toContain("This is where it begins.");
    await desk.talk.type("/newer");
    expect(seen()).toContain(pages[0]?.length);
    await desk.talk.type("one more");
    expect(desk.screen()).toMatch(/you: one more\s+waiting to be sent$/);
  });

  it("shows help, and what was said in answer until something is typed again", async () => {
    await using scene = await openScene({ ...SCREEN, room: { columns: 110, rows: 30 } });
    const { desk } = scene;
    await desk.talk.type("/help");
    expect(desk.screen()).toMatch(/^Help\n[^]*\/hand-over WHO/);
    await desk.talk.type("");
    expect(desk.screen()).toMatch(/^Conversations/);
    await desk.talk.type("/cloze");
    expect(desk.screen()).toContain("“/cloze” is no command");
    await desk.talk.type("");
    expect(desk.screen()).not.toContain("/cloze");
  });
});
