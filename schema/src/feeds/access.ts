import type { Role } from "../shapes/account.ts";
import type { FeedName } from "../shapes/feeds.ts";
import { accountFeed, type StoredFeedName } from "./audience.ts";

/** Who reads, as the server knows her now. */
export interface Viewer {
  readonly account: string;
  readonly role: Role;
  readonly clinics: readonly string[];
}

/** The name under which a feed is stored: on the wire an account's own is `me`. */
export function storedName(name: FeedName, viewer: Viewer): StoredFeedName {
  return name === "me" ? accountFeed(viewer.account) : name;
}

/** Whether somebody may read a feed of her tenant. Calendars and the directory are open to the tenant; they hold no names of patients. */
export function mayRead(viewer: Viewer, stored: StoredFeedName): boolean {
  const [family, id] = stored.split(":");
  if (family === "directory" || family === "calendar") return true;
  if (family === "account") return id === viewer.account;
  return (
    family === "clinic" &&
    id !== undefined &&
    (viewer.role === "administrator" || viewer.clinics.includes(id))
  );
}

/** Whether a feed keeps from somebody what is said in conversations: an administrator hands them over and closes them, and does not read along. */
export function hidesMessages({ role }: Viewer, stored: StoredFeedName): boolean {
  return role === "administrator" && stored.startsWith("clinic:");
}

const FAMILIES = ["account", "clinic", "calendar", "directory"];

/** What matters most goes first: one's own, the clinic's, calendars, the directory. */
export function importance(stored: StoredFeedName): number {
  return FAMILIES.indexOf(stored.split(":")[0] ?? "");
}
