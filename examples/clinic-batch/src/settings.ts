import { mkdir, readFile, rename } from "node:fs/promises";
import { resolve } from "node:path";
import { writeWhole } from "./csv/write.ts";
import { PlainError } from "./plain-error.ts";
import type { Terminal } from "./terminal.ts";

/** What a folder remembers beside the device's store: where the server is. Never a password. */
export interface Settings {
  readonly server?: string;
}

/** Reads a folder's settings; makes the folder where it is missing. */
export async function readSettings(folder: string): Promise<Settings> {
  const settings = await parsed(folder);
  if (settings !== undefined) return settings;
  throw new PlainError(
    `${path(folder)} is damaged; the requests are kept elsewhere and are safe. Sign in again: clinic-batch sign-in --server URL --name LOGIN`,
  );
}

/** The same for a sign-in, which writes the settings anew: a damaged file is kept under another name. */
export async function mendSettings(folder: string, terminal: Terminal): Promise<Settings> {
  const settings = await parsed(folder);
  if (settings !== undefined) return settings;
  const aside = `${path(folder)}.damaged`;
  await rename(path(folder), aside);
  terminal.warn(
    `${path(folder)} was damaged and is kept as ${aside}. The requests are kept elsewhere and are safe.`,
  );
  return {};
}

/** `undefined` where the file is damaged. */
async function parsed(folder: string): Promise<Settings | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const text = await readFile(path(folder), "utf8").catch(() => "{}");
  try {
    const value: unknown = JSON.parse(text);
    const server =
      typeof value === "object" && value !== null && "server" in value ? value.server : undefined;
    return typeof server === "string" ? { server } : {};
  } catch {
    return undefined;
  }
}

export async function writeSettings(folder: string, settings: Settings): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeWhole(path(folder), `${JSON.stringify(settings, undefined, 2)}\n`);
}

/** A server's address as a person types it, made whole. */
export function serverAddress(text: string): string {
  const whole = /^https?:\/\//.test(text) ? text : `https://${text}`;
  if (!URL.canParse(whole))
    throw new PlainError(`“${text}” is no address of a server; write it as https://health.example`);
  const { origin, hostname, protocol } = new URL(whole);
  const local = hostname === "localhost" || /^(127\.|10\.|192\.168\.|\[::1\])/.test(hostname);
  if (protocol === "http:" && !local) {
    throw new PlainError(
      `${origin} is not encrypted: passwords and names could be read on the way. Use https.`,
    );
  }
  return origin;
}

function path(folder: string): string {
  return resolve(folder, "settings.json");
}
