import { HealthBridge, HealthBridgeError } from "@healthbridge/client-sdk";
import { type Attachments, openAttachments } from "@healthbridge/client-sdk/attachments";
import { type Chat, openChat } from "@healthbridge/client-sdk/chat";
import { sqliteStore } from "@healthbridge/client-sdk/node";
import { type Line, openLine } from "@healthbridge/client-sdk/realtime";
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { PlainError } from "./plain-error.ts";
import type { Terminal } from "./terminal.ts";

/** This computer as a device of HealthBridge, with chat. */
export interface Device extends AsyncDisposable {
  readonly hb: HealthBridge;
  readonly chat: Chat;
  /** photos and voice notes; those that wait are sent in the background */
  readonly attachments: Attachments;
  /** a socket beside HTTP: while it is live what is new comes by itself */
  readonly line: Line;
}

/** Opens a folder and what is kept there. Needs no network. */
export async function openDevice(folder: string, url: string): Promise<Device> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => {
    throw new PlainError(`${folder} cannot be made: choose another folder with --folder.`);
  });
  const store = sqliteStore(join(folder, "device.db"));
  const deviceName = `chat on ${hostname()}`.slice(0, 120);
  const line = openLine({ url, store });
  const hb = await HealthBridge.open({ url, store, deviceName, autoSync: false, runtime: line.runtime });
  const chat = await openChat({ hb, url, store });
  const files = sqliteStore(join(folder, "files.db"));
  const attachments = await openAttachments({ hb, url, store, files, runtime: line.runtime });
  return {
    hb,
    chat,
    attachments,
    line,
    async [Symbol.asyncDispose]() {
      chat.end();
      await attachments.end();
      await hb.close();
      await files.close();
    },
  };
}

/** Signs in where nobody is, or somebody else, or the server wants it. */
export async function signIn(hb: HealthBridge, login: string, terminal: Terminal): Promise<void> {
  const { account, state } = hb.status.get();
  if (account?.login === login && state !== "needs-sign-in") return;
  const password = await readPassword(login, terminal);
  try {
    await hb.signIn({ login, password, signal: terminal.signal });
  } catch (error) {
    if (!(error instanceof HealthBridgeError)) throw error;
    throw new PlainError(whyNot(error), error.code === "offline" ? NO_CONNECTION : 1);
  }
  await hb.sync({ signal: terminal.signal });
}

const NO_CONNECTION = 3;

async function readPassword(login: string, terminal: Terminal): Promise<string> {
  const given = terminal.env["CHAT_PASSWORD"];
  if (given !== undefined && given !== "") return given;
  if (terminal.asks) return terminal.askSecret(`Password of ${login} (not shown): `);
  throw new PlainError("Nobody can be asked for the password here: put it into $CHAT_PASSWORD.");
}

function whyNot({ code, path, retryAfter }: HealthBridgeError): string {
  if (code === "offline")
    return "The server could not be reached. Signing in for the first time needs a network; writing does not.";
  if (code === "malformed" && path === "login")
    return "A sign-in name has 3 to 64 letters or digits and no spaces, as amina or amina.otieno.";
  if (code === "credentials_wrong" || path === "password") return "The name or the password is not right.";
  if (code === "protocol_unsupported") return "This program is too old for the server.";
  const seconds = Math.ceil((retryAfter ?? 60_000) / 1_000);
  if (code === "rate_limited") return `Too many attempts. Wait ${String(seconds)} seconds and try again.`;
  return `The server lets nobody in just now (${code}). Try again later.`;
}

/** A server's address as a person types it, made whole. */
export function serverAddress(text: string): string {
  const whole = /^https?:\/\//.test(text) ? text : `https://${text}`;
  if (!URL.canParse(whole))
    throw new PlainError(`“${text}” is no address of a server; write it as https://health.example`);
  const { origin, hostname: host, protocol } = new URL(whole);
  const local = host === "localhost" || /^(127\.|10\.|192\.168\.|\[::1\])/.test(host);
  if (protocol === "http:" && !local)
    throw new PlainError(`${origin} is not encrypted: what is written could be read on the way. Use https.`);
  return origin;
}
