import { type EntityId, sideOf } from "@healthbridge/schema";
import { appointment, conversation, patient } from "@healthbridge/schema/tables";
import { and, eq } from "drizzle-orm";
import type { Authenticated } from "../accounts/authenticated.ts";
import type { DatabasePool } from "../database/pool.ts";
import { type Reader, read } from "../database/read.ts";
import { patientOfRow } from "../operations/records/directory-records.ts";

/** What somebody may do in a conversation: read what is in it, or add to it as well. */
export type Access = "read" | "write";

/** Says who takes part in a conversation. */
export interface ConversationAccess {
  /** `undefined`: there is no such conversation, or she has no voice in it */
  of(who: Authenticated, conversation: EntityId): Promise<Access | undefined>;
}

/** As the operations on conversations decide it: who may write a message may attach something to it, also before the first message; who reads a conversation that is closed reads what is attached. */
export function conversationAccess(pool: DatabasePool): ConversationAccess {
  return {
    async of(who, id) {
      const found = await read(pool, (reader) => conversationOf(reader, who.tenant, id));
      if (found === undefined) return undefined;
      const side = sideOf(who, { doctor: found.doctor }, patientOfRow(found.patient));
      if (side === undefined) return undefined;
      return found.closed ? "read" : "write";
    },
  };
}

interface Found {
  readonly doctor: EntityId;
  readonly patient: typeof patient.$inferSelect;
  readonly closed: boolean;
}

async function conversationOf({ drizzle }: Reader, tenant: string, id: EntityId): Promise<Found | undefined> {
  const [begun] = await drizzle
    .select({ doctor: conversation.doctorId, closed: conversation.closed, patient })
    .from(conversation)
    .innerJoin(patient, eq(patient.id, conversation.patientId))
    .where(and(eq(conversation.id, id), eq(conversation.tenantId, tenant)));
  if (begun !== undefined) return { ...begun, closed: begun.closed !== null };
  const [booked] = await drizzle
    .select({ doctor: appointment.doctorId, patient })
    .from(appointment)
    .innerJoin(patient, eq(patient.id, appointment.patientId))
    .where(and(eq(appointment.id, id), eq(appointment.tenantId, tenant)));
  return booked && { ...booked, closed: false };
}
