import * as z from "zod/mini";
import { CalendarOwner, SecretDigest } from "../shapes/calendar.ts";
import { EntityId } from "../shapes/ids.ts";
import type { Contract } from "./contract.ts";

export const CALENDAR_CONTRACTS = {
  "calendar.share": {
    input: z.strictObject({
      digest: SecretDigest,
      of: CalendarOwner,
      names: z.optional(z.boolean()),
    }),
    problems: ["malformed", "forbidden", "not_found", "conflict"],
    rest: {
      method: "post",
      path: "/v1/calendar-links",
      summary: "Make a link that a calendar program can follow",
    },
  },
  "calendar.unshare": {
    input: z.strictObject({ link: EntityId }),
    problems: ["not_found"],
    rest: { method: "delete", path: "/v1/calendar-links/:link", summary: "End a calendar link" },
  },
} as const satisfies Readonly<Record<string, Contract>>;
