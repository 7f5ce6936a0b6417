import type { DeviceView } from "../../history.ts";
import type { Rows } from "../evidence.ts";
import { byId, differences, expectedView } from "../expected-view.ts";
import type { Rule } from "../rule.ts";

export const convergence: Rule = {
  id: "I7",
  means: "When all is calm, every device shows what the server holds, as far as its account may see it.",
  how: "What each device shows is compared, thing by thing and field by field, with what the tables say its account may see; the rights are worked out anew from the protocol's description.",
  check: ({ devices, rowsShown: rows }) =>
    devices.flatMap(({ name, view }) => {
      if (view === undefined) return [`${name} could not be asked what it shows`];
      return [...view.waiting.map((id) => `${name} still has ${id} waiting`), ...wrongIn(name, view, rows)];
    }),
};

function wrongIn(name: string, { entities, account, tenant, follows }: DeviceView, rows: Rows): string[] {
  const { id, clinics, doctor } = account;
  const expected = expectedView({ tenant, account: id, clinics, doctor, follows }, rows);
  return Object.entries(expected).flatMap(([kind, texts]) =>
    differences(`${name}, ${kind}`, byId(entities[kind] ?? []), texts),
  );
}
