import { Account, EntityId, Problem, splitOperationId } from "@healthbridge/schema";
import { account, accountClinic, operation } from "@healthbridge/schema/tables";
import { and, asc, eq } from "drizzle-orm";
import * as z from "zod/mini";
import { withoutNulls } from "../../../operations/records/table.ts";
import { exampleAccount, exampleAppointment } from "../openapi/examples.ts";
import { defineRead, NOTHING } from "./read-route.ts";
import { inTenant } from "./visibility.ts";

/** `GET /v1/accounts/me` */
export const readOwnAccount = defineRead({
  path: "/v1/accounts/me",
  summary: "The caller's own account",
  params: NOTHING,
  query: NOTHING,
  answer: Account,
  example: exampleAccount,
  async find({ who, db }) {
    const rows = await db
      .select()
      .from(account)
      .where(and(inTenant(who, account.tenantId), eq(account.id, who.account)));
    const row = rows[0];
    if (row === undefined) return undefined;
    const clinics = await db
      .select({ id: accountClinic.clinicId })
      .from(accountClinic)
      .where(eq(accountClinic.accountId, who.account))
      .orderBy(asc(accountClinic.clinicId));
    return Account.parse({
      ...withoutNulls({ ...row, doctor: row.doctorId }),
      clinics: clinics.map(({ id }) => id),
    });
  },
});

const KeptOutcome = z.object({
  id: EntityId,
  /** name of the operation: `appointment.book` */
  type: z.string(),
  outcome: z.enum(["applied", "rejected"]),
  /** what the outcome says beyond "applied as asked" */
  output: z.optional(z.unknown()),
  /** why it was rejected */
  problem: z.optional(Problem),
  /** the database's clock, ms since 1970 */
  decidedAt: z.int(),
});

/** `GET /v1/operations/:operation` */
export const readOutcome = defineRead({
  path: "/v1/operations/:operation",
  summary: "What became of one's own operation",
  description: "Whatever carried it: REST, or a device's queue.",
  params: z.strictObject({ operation: EntityId }),
  query: NOTHING,
  answer: KeptOutcome,
  example: {
    id: exampleAppointment.id,
    type: "appointment.book",
    outcome: "applied",
    decidedAt: 1_795_417_200_000,
  },
  async find({ who, params, db }) {
    const { stream, number } = splitOperationId(params.operation);
    const rows = await db
      .select({
        type: operation.type,
        applied: operation.applied,
        outcome: operation.outcome,
        decidedAt: operation.decidedAt,
      })
      .from(operation)
      .where(
        and(
          eq(operation.streamId, stream),
          eq(operation.number, number),
          inTenant(who, operation.tenantId),
          eq(operation.accountId, who.account),
        ),
      );
    const row = rows[0];
    if (row === undefined) return undefined;
    const said: unknown = row.outcome === null ? undefined : JSON.parse(row.outcome);
    const { type, decidedAt } = row;
    return row.applied === 1
      ? {
          id: params.operation,
          type,
          outcome: "applied" as const,
          ...(said === undefined ? {} : { output: said }),
          decidedAt,
        }
      : { id: params.operation, type, outcome: "rejected" as const, problem: Problem.parse(said), decidedAt };
  },
});
