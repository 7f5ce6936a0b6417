import { accountFeed, type Account, clinicFeed, COLLECTIONS } from "@healthbridge/schema";
import type { Feeds } from "./feeds.ts";
import { refused } from "./refused.ts";
import type { Asking } from "./sessions.ts";
import type { World } from "./world.ts";

/** One thing that is asked for by its address. */
interface Wanted {
  readonly kind: (typeof COLLECTIONS)[number]["kind"];
  readonly id: string;
}

/** The thing that is read at a path, if one is. */
export function readAt(path: string): Wanted | undefined {
  const [, collection, id = ""] = /^(\/v1\/[^/]+)\/([^/]+)$/.exec(path) ?? [];
  const found = COLLECTIONS.find((each) => each.path === collection);
  return found && { kind: found.kind, id };
}

/**
 * One thing as it is now, for who may see it.
 * @throws Refused `not_found`
 */
export function readOne(
  parts: { readonly world: World; readonly feeds: Feeds },
  asking: Asking,
  wanted: Wanted,
): object {
  const account = parts.world.get("account", asking.account);
  const found = parts.world.get(wanted.kind, wanted.id);
  if (account === undefined || found === undefined || !maySee(parts, account, wanted))
    throw refused("not_found");
  // What opens a link nobody is told.
  const { digest: _digest, ...told }: { readonly id: string; readonly digest?: string } = found;
  return told;
}

/** The directory is everybody's, administrators read the rest as well; but for what is said in conversations, and links, which are their maker's. */
function maySee(
  { world, feeds }: { readonly world: World; readonly feeds: Feeds },
  { id: account, role, clinics }: Account,
  { kind, id }: Wanted,
): boolean {
  if (kind === "clinic" || kind === "doctor") return true;
  if (kind === "calendarLink") return world.get(kind, id)?.account === account;
  if (role === "administrator" && kind !== "conversation") return true;
  return feeds.shows([accountFeed(account), ...clinics.map(clinicFeed)], kind, id);
}
