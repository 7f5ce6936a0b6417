import { appointment } from "@healthbridge/schema/tables";
import { and, eq } from "drizzle-orm";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { readable } from "../http/rest/reads/visibility.ts";
import type { ConversationAccess } from "./access.ts";

/** A conversation belongs to an appointment and has its id: who sees the appointment takes part. */
export function appointmentAccess(pool: DatabasePool): ConversationAccess {
  return {
    async of(who, conversation) {
      const [row] = await read(pool, ({ drizzle }) =>
        drizzle
          .select({ id: appointment.id })
          .from(appointment)
          .where(and(readable(drizzle, who, "appointment", appointment), eq(appointment.id, conversation))),
      );
      return row === undefined ? undefined : "write";
    },
  };
}
