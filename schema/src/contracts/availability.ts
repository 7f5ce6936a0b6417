import * as z from "zod/mini";
import { Availability, Hours } from "../shapes/availability.ts";
import { EntityId } from "../shapes/ids.ts";
import { CalendarDate } from "../shapes/time.ts";
import type { Contract } from "./contract.ts";

const { id: _id, exceptions: _exceptions, sheetsUntil: _until, ...week } = Availability.shape;

export const AVAILABILITY_CONTRACTS = {
  "availability.set": {
    input: z.strictObject({ ...week, doctor: EntityId }),
    problems: ["not_found", "zone_unknown"],
    rest: { method: "put", path: "/v1/doctors/:doctor/availability", summary: "Set a doctor's week" },
  },
  "availability.except": {
    input: z.strictObject({
      doctor: EntityId,
      dates: z
        .array(z.strictObject({ date: CalendarDate, hours: z.array(Hours).check(z.maxLength(6)) }))
        .check(z.minLength(1), z.maxLength(60)),
    }),
    problems: ["not_found", "conflict"],
    rest: {
      method: "post",
      path: "/v1/doctors/:doctor/availability/exceptions",
      summary: "Open or close single dates",
    },
  },
  "availability.extend": {
    input: z.strictObject({ doctor: EntityId }),
    problems: ["not_found", "forbidden"],
  },
} as const satisfies Readonly<Record<string, Contract>>;
