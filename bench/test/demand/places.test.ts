import { metresBetween } from "@healthbridge/schema";
import { expect, test } from "vitest";
import { REACH } from "../../demand/assumptions.ts";
import { layOut, realPlaces } from "../../demand/places.ts";

test("clinics are real ones, apart, and doctors within reach stand nearest first", async () => {
  const places = await realPlaces(6);
  expect(places[0]?.name).toBe("Kitui County Referral Hospital");
  for (const [at, one] of places.entries())
    for (const other of places.slice(at + 1)) expect(metresBetween(one, other)).toBeGreaterThan(3_000);
  const { clinicOf, others } = layOut(places, 12);
  expect(clinicOf).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
  for (const [doctor, near] of others.entries()) {
    expect(near[0]).toBe((doctor + 6) % 12); // the colleague at the same clinic
    const metres = near.map((other) => {
      const [here, there] = [places[doctor % 6], places[other % 6]];
      return here && there ? metresBetween(here, there) : Infinity;
    });
    expect(metres).toEqual(metres.toSorted((left, right) => left - right));
    expect(metres.every((each) => each <= REACH.km * 1_000)).toBe(true);
  }
});
