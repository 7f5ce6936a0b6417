import { describe, expect, test } from "vitest";
import {
  FATES,
  HORIZON_DAYS,
  LEAD_MEDIAN_DAYS,
  OFFLINE_PERCENT,
  OPENS,
  SLOT_MINUTES,
  SLOTS_A_DAY,
  WAKING,
  WANTED_DAYS,
  WEEKDAYS,
} from "../../demand/assumptions.ts";
import { DAY, instantOf } from "../../demand/calendar.ts";
import { drawDemand, drawWindows, type Layout, networkOf, type Wanted } from "../../demand/generate.ts";

const MANY = 40_000;
const LAYOUT: Layout = { clinicOf: [0, 1, 2, 0, 1, 2], others: [[3, 1], [4, 0], [5], [0, 1], [1, 0], [2]] };
const demand = drawDemand(7, MANY, LAYOUT);

function share(test: (wanted: Wanted) => boolean): number {
  return demand.filter((wanted) => test(wanted)).length / MANY;
}

const dayOf = (minute: number): number => Math.floor(minute / DAY);

describe("the drawn demand", () => {
  test("is the same for the same seed, and another for another", () => {
    expect(drawDemand(7, 500, LAYOUT)).toEqual(drawDemand(7, 500, LAYOUT));
    expect(drawDemand(8, 500, LAYOUT)).not.toEqual(drawDemand(7, 500, LAYOUT));
  });

  test("begins on a Monday, whatever the day of the run", () => {
    expect(new Date(instantOf(12 * 60)).getUTCDay()).toBe(1);
  });

  test.each(Object.entries(FATES))("has so many of a thousand %s: %i", (fate, perThousand) => {
    expect(share((wanted) => wanted.fate === fate)).toBeCloseTo(perThousand / 1000, 2);
  });

  test("wants each weekday by its weight", () => {
    const total = WEEKDAYS.reduce((sum, weight) => sum + weight, 0);
    for (const [weekday, weight] of WEEKDAYS.entries())
      expect(share(({ start }) => dayOf(start) % 7 === weekday)).toBeCloseTo(weight / total, 2);
  });

  test("comes from devices without a network in its share", () => {
    expect(share(({ online }) => !online)).toBeCloseTo(OFFLINE_PERCENT / 100, 2);
  });

  test("wants slots of wanted days only, and asks before, in waking hours", () => {
    for (const { start, madeAt } of demand) {
      expect(dayOf(start) - HORIZON_DAYS).toSatisfy((day: number) => day >= 0 && day < WANTED_DAYS);
      expect(((start % DAY) - OPENS) / SLOT_MINUTES).toBeOneOf([...Array(SLOTS_A_DAY).keys()]);
      expect(madeAt).toBeGreaterThanOrEqual(0);
      expect(madeAt).toBeLessThan(start);
      expect(madeAt % DAY).toSatisfy((minute: number) => minute >= WAKING.from && minute <= WAKING.to);
    }
  });

  test("asks as long before as the median says, short of the horizon", () => {
    const withinMedian = share(({ start, madeAt }) => dayOf(start) - dayOf(madeAt) < LEAD_MEDIAN_DAYS);
    expect(withinMedian).toBeCloseTo(0.5 / (1 - 2 ** (-HORIZON_DAYS / LEAD_MEDIAN_DAYS)), 2);
  });

  test("cancels between asking and start, where that is the fate", () => {
    const cancelled = demand.filter(({ fate }) => fate === "cancelled");
    expect(demand.filter(({ cancelsAt }) => cancelsAt !== undefined)).toEqual(cancelled);
    for (const { cancelsAt, madeAt, start } of cancelled)
      expect(cancelsAt).toSatisfy((minute: number) => minute >= madeAt && minute < start);
  });

  test("wants a doctor of the patient's clinic, or one within reach of it", () => {
    for (const { clinic, doctor } of demand) {
      const own = LAYOUT.clinicOf[doctor] === clinic;
      const away = LAYOUT.others.some(
        (others, from) => LAYOUT.clinicOf[from] === clinic && others.includes(doctor),
      );
      expect(own || away).toBe(true);
    }
  });
});

describe("the moments with a network", () => {
  test.each([0, 1, 2])("of clinic %i come in order, as often as its network says", (clinic) => {
    const windows = drawWindows(7, clinic);
    expect(windows).toEqual(windows.toSorted((left, right) => left - right));
    const days = HORIZON_DAYS + WANTED_DAYS;
    const [least, most] = {
      "three times a day": [3 * days, 3 * days],
      "in the evening": [days, days],
      "every few days": [days / 4, days / 2 + 1],
    }[networkOf(clinic)];
    expect(windows.length).toBeGreaterThanOrEqual(least ?? Infinity);
    expect(windows.length).toBeLessThanOrEqual(most ?? 0);
  });
});
