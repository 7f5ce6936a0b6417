import { join } from "node:path";
import { systemClock } from "../adapters/clock.ts";
import { systemRandomness } from "../adapters/randomness.ts";
import { systemFetch } from "../adapters/system-fetch.ts";
import { whyUnusable } from "../adapters/usable-folder.ts";
import { CommandError } from "../command/command-error.ts";
import type { DatabasePool } from "../database/pool.ts";
import type { AttachmentParts } from "./attachment-routes.ts";
import { AttachmentRows } from "./attachment-rows.ts";
import type { ClearAttachmentsParts } from "./clear-attachments.ts";
import { conversationAccess } from "./conversation-access.ts";
import { type AttachmentEvents, NO_EVENTS } from "./events.ts";
import { folderStorage } from "./folder-storage.ts";
import { namedAttachments } from "./named-attachments.ts";
import { s3Storage } from "./s3-storage.ts";
import type { AttachmentStorage } from "./storage.ts";
import type { StoragePlace } from "./storage-setting.ts";

/** All that a server has to do with attachments: taking and showing them, and clearing them away. */
export type Attachments = AttachmentParts & Omit<ClearAttachmentsParts, "pool">;

/** What the settings say of it. */
export interface AttachmentConfig {
  readonly attachments: StoragePlace | undefined;
  readonly dataFolder: string;
}

/** Who hears of what happens. */
export interface Listening {
  readonly events?: AttachmentEvents | undefined;
  readonly onArrived?: () => void;
}

/** The part of the data folder that files are kept in where the operator names no other place. */
const FOLDER = "attachments";

export function openAttachments(
  config: AttachmentConfig,
  pool: DatabasePool,
  { events = NO_EVENTS, onArrived = () => undefined }: Listening = {},
): Attachments {
  return {
    rows: new AttachmentRows(pool),
    storage: storageFor(config),
    access: conversationAccess(pool),
    events,
    named: (rows) => namedAttachments(pool, rows),
    onArrived,
  };
}

/**
 * Makes the folder of attachments, where they are kept in one.
 * @throws CommandError where it is not to be made or written: found at the start, not by the first photo
 */
export async function makeAttachmentFolder(config: AttachmentConfig): Promise<void> {
  const path = attachmentFolder(config);
  if (path === undefined) return;
  const why = await whyUnusable(path);
  const setting = config.attachments === undefined ? "HEALTHBRIDGE_DATA" : "HEALTHBRIDGE_ATTACHMENTS";
  if (why !== undefined)
    throw new CommandError(
      `The folder of attachments ${path} cannot be used (${why}). ${setting} names another one, which this account can write.`,
    );
}

/** The folder that attachments are kept in; `undefined` where they are in a bucket. */
export function attachmentFolder({ attachments: place, dataFolder }: AttachmentConfig): string | undefined {
  if (place === undefined) return join(dataFolder, FOLDER);
  return place.kind === "folder" ? place.path : undefined;
}

function storageFor({ attachments: place, dataFolder }: AttachmentConfig): AttachmentStorage {
  if (place?.kind === "s3") return s3Storage(place, { fetch: systemFetch, clock: systemClock });
  return folderStorage(place?.path ?? join(dataFolder, FOLDER), systemRandomness);
}
