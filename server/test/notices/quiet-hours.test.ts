import { describe, expect, test } from "vitest";
import { deriveNotices } from "../../src/notices/derive-notices.ts";
import { judgeNotice } from "../../src/notices/judge-notice.ts";
import { sendingTime } from "../../src/notices/quiet-hours.ts";
import { APPOINTMENT, PLAN } from "./support.ts";

const QUIET = { from: 21 * 60, to: 7 * 60 };
const NOON = { from: 12 * 60, to: 14 * 60 };
const at = (text: string): number => Date.parse(text);
const NAIROBI = "Africa/Nairobi";

describe("when something is sent", () => {
  test.each([
    ["by day, as wanted", "2026-11-23T09:20+03:00", "2026-11-24T09:20+03:00", "2026-11-23T09:20+03:00"],
    [
      "as the night begins, in the morning",
      "2026-11-23T21:00+03:00",
      "2026-11-24T12:00+03:00",
      "2026-11-24T07:00+03:00",
    ],
    [
      "after midnight, in the same day's morning",
      "2026-11-24T02:00+03:00",
      "2026-11-24T12:00+03:00",
      "2026-11-24T07:00+03:00",
    ],
    [
      "as the night ends, as wanted",
      "2026-11-24T07:00+03:00",
      "2026-11-24T12:00+03:00",
      "2026-11-24T07:00+03:00",
    ],
    [
      "an hour's warning is enough",
      "2026-11-24T06:00+03:00",
      "2026-11-24T08:00+03:00",
      "2026-11-24T07:00+03:00",
    ],
    [
      "less is not: the evening before",
      "2026-11-24T05:30+03:00",
      "2026-11-24T07:30+03:00",
      "2026-11-23T21:00+03:00",
    ],
    [
      "the evening before, wanted before midnight",
      "2026-11-23T22:30+03:00",
      "2026-11-24T06:30+03:00",
      "2026-11-23T21:00+03:00",
    ],
  ])("%s", (_what, wanted, start, sent) => {
    const when = sendingTime({ wanted: at(wanted), start: at(start), zone: NAIROBI, urgent: false }, QUIET);
    expect(new Date(when).toISOString()).toBe(new Date(sent).toISOString());
  });

  test("is by the wall of the appointment's zone, also in the night in which its clock goes back", () => {
    const when = sendingTime(
      {
        wanted: at("2026-10-25T00:30Z"),
        start: at("2026-10-25T12:00Z"),
        zone: "Europe/Berlin",
        urgent: false,
      },
      QUIET,
    );
    expect(new Date(when).toISOString()).toBe("2026-10-25T06:00:00.000Z");
  });

  test("can be kept quiet by day, and not at all", () => {
    const sending = {
      wanted: at("2026-11-23T12:30+03:00"),
      start: at("2026-11-23T18:00+03:00"),
      zone: NAIROBI,
      urgent: false,
    };
    expect(sendingTime(sending, NOON)).toBe(at("2026-11-23T14:00+03:00"));
    expect(sendingTime(sending, undefined)).toBe(sending.wanted);
  });
});

describe("in quiet hours", () => {
  const night = at("2026-11-23T22:00+03:00");
  const sentAt = (before: object | undefined, after: object, now = night) => {
    const was = before === undefined ? undefined : { ...APPOINTMENT, ...before };
    const [first] = deriveNotices(was, { ...APPOINTMENT, ...after }, now, PLAN).notices;
    return first === undefined ? undefined : new Date(first.nextAt).toISOString();
  };

  test("a cancellation for the coming hours goes at once, one for next week waits for the morning", () => {
    expect(sentAt({}, { status: "cancelled" })).toBe("2026-11-23T19:00:00.000Z");
    const later = { start: "2026-11-30T09:20+03:00" };
    expect(sentAt(later, { ...later, status: "cancelled" })).toBe("2026-11-24T04:00:00.000Z");
  });

  test("a confirmation waits for the morning, unless the start is then too near", () => {
    expect(sentAt(undefined, {})).toBe("2026-11-24T04:00:00.000Z");
    expect(sentAt(undefined, { start: "2026-11-24T06:40+03:00" })).toBe("2026-11-23T19:00:00.000Z");
  });

  test("that a request has ended is told in the morning, also where its time has passed by then", () => {
    expect(sentAt({ status: "pending" }, { status: "expired", start: "2026-11-23T21:40+03:00" })).toBe(
      "2026-11-24T04:00:00.000Z",
    );
  });

  test("a sender that was away holds back what was due in the evening", () => {
    const notice = { kind: "confirmation", startAt: at("2026-11-24T15:00+03:00") } as const;
    const appointment = { ...APPOINTMENT, start: "2026-11-24T15:00+03:00" };
    const morning = at("2026-11-24T07:00+03:00");
    expect(judgeNotice(notice, appointment, night, QUIET)).toEqual({ say: "wait", nextAt: morning });
    expect(judgeNotice(notice, appointment, morning, QUIET)).toEqual({ say: "send" });
  });
});

describe("just before it is sent, a notice", () => {
  const startAt = at(APPOINTMENT.start);
  const day = at("2026-11-23T12:00+03:00");
  const judged = (kind: Parameters<typeof judgeNotice>[0]["kind"], more: object, now = day) =>
    judgeNotice({ kind, startAt }, { ...APPOINTMENT, ...more }, now, QUIET);

  test("is dropped where it is no longer so, and where its time has passed", () => {
    expect(judged("reminder", { status: "cancelled" })).toEqual({ say: "drop", why: "not_so" });
    expect(judged("cancellation", {})).toEqual({ say: "drop", why: "not_so" });
    expect(judged("change", { start: "2026-11-24T10:20+03:00" })).toEqual({ say: "drop", why: "not_so" });
    expect(judged("reminder", {}, startAt)).toEqual({ say: "drop", why: "passed" });
    expect(judgeNotice({ kind: "reminder", startAt }, undefined, day, QUIET)).toEqual({
      say: "drop",
      why: "not_so",
    });
  });

  test("of a cancellation is sent also where the appointment was moved at the same go: she knows of the time before", () => {
    const moved = { status: "cancelled", start: "2026-11-24T10:20+03:00" };
    expect(judged("cancellation", moved)).toEqual({ say: "send" });
  });

  test("is sent where it still is", () => {
    expect(judged("reminder", {})).toEqual({ say: "send" });
    expect(judged("expiry", { status: "expired" }, startAt + 60_000)).toEqual({ say: "send" });
  });
});
