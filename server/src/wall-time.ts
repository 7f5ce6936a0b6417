import { Temporal } from "temporal-polyfill";

/** `2026-11-24T09:20`: what a wall in the zone shows at an instant (ms). */
export function onTheWall(instant: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  return local.toPlainDateTime().toString({ smallestUnit: "minute" });
}
