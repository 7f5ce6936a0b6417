import { applied, type Decide, rejected } from "./definition.ts";
import { administers } from "./rights.ts";

/** Corrects the owner's name or language. */
export const updateAccount: Decide<"account.update"> = (
  state,
  { account: id, ...corrections },
  { actor },
) => {
  const account = state.get("account", id);
  if (!account || (actor?.account !== id && !administers(actor)))
    return rejected("not_found", "input.account");
  return applied({ kind: "account", entity: { ...account, ...corrections } });
};
