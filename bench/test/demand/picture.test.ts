import { expect, test } from "vitest";
import type { ArmResult } from "../../demand/count.ts";
import { leaseLine, picture } from "../../demand/picture.ts";

const result: ArmResult = {
  booked: 0.9,
  by: { asAsked: 0.5, sameDay: 0.2, sameDoctor: 0.1, anyDoctor: 0.05, waitingList: 0.05 },
  onTheDay: 0.6,
  notBooked: { waitedInVain: 10 },
  onlineBooked: 1,
  fates: { attended: 0.77, cancelled: 0.16, missed: 0.06, unnoted: 0.01 },
  slotsUsed: 0.7,
  errors: 0,
};

test("a bar is as long as the share, in parts by the way to the time", () => {
  const drawn = picture([{ label: "ranked wishes", load: 0.9, result }]);
  expect(drawn).toContain(
    `  0.9   ranked wishes   90.0 %  ${"█".repeat(20)}${"▓".repeat(8)}${"▒".repeat(4)}${"░".repeat(2)}${"w".repeat(2)}${"·".repeat(4)}`,
  );
});

test("what leases came to is told in words", () => {
  const told = leaseLine(0.9, {
    confirmedOffline: 0.5,
    capacityLost: 0.005,
    capacityLostAtMost: 0.08,
  });
  expect(told).toBe(
    "  0.9   leases: 50.0 % confirmed without a network; 0.5 % of all slots lost by them, at most 8.0 %",
  );
});
