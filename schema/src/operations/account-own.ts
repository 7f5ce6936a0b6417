import * as z from "zod/mini";
import { Language, Name } from "../entities/shared.ts";
import { EntityId } from "../ids.ts";
import { applied, define, rejected } from "./definition.ts";
import { administers } from "./rights.ts";

/** Corrects the owner's name or language. */
export const updateAccount = define({
  type: "account.update",
  input: z.strictObject({
    account: EntityId,
    name: z.exactOptional(Name),
    language: z.exactOptional(Language),
  }),
  problems: ["not_found"],
  rest: { method: "patch", path: "/v1/accounts/:account", summary: "Correct an account's name or language" },
  touches: (input) => [{ kind: "account", id: input.account }],
  decide(state, { account: id, ...corrections }, { actor }) {
    const account = state.get("account", id);
    if (account === undefined || (actor?.account !== id && !administers(actor)))
      return rejected("not_found", "input.account");
    return applied({ kind: "account", entity: { ...account, ...corrections } });
  },
});
