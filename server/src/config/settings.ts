import * as z from "zod";
import { parseKeys } from "../accounts/signing-keys.ts";
import { parseDatabaseUrl } from "../database/database-url.ts";
import { parseNetwork } from "../http/networks.ts";
import { ATTACHMENT_SETTINGS } from "./attachment-settings.ts";
import { NOTICE_SETTINGS } from "./notice-settings.ts";
import { accepted, amount, list, onOff, setting, text, whole } from "./setting.ts";

/** Whether an origin is what a browser sends: scheme, host and port, no path. */
function isOrigin(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && new URL(value).origin === value;
}

/** The user and the place of a database, without its password. */
function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^:@/]*):.*@/, "$1:(hidden)@").replace(/(password=)[^&]*/gi, "$1(hidden)");
}

/** The part of a Redis's address that names where it is, if it is one. */
function redisAddress(value: string): string | undefined {
  const { protocol, hostname, pathname } = new URL(value);
  if (protocol === "unix:") return hostname === "" && pathname.length > 1 ? pathname : undefined;
  return /^rediss?:$/.test(protocol) && /^(\/\d{0,3})?$/.test(pathname) && hostname !== ""
    ? hostname
    : undefined;
}

const keys = text.transform((value, context) => {
  const parsed = parseKeys(value);
  if (!("wrong" in parsed)) return parsed;
  context.addIssue({ code: "custom", message: parsed.wrong });
  return z.NEVER;
});

/** Everything that can be set, in the order in which `--help` tells it. */
export const SETTINGS = {
  port: setting({
    name: "PORT",
    help: "The port to listen on. 0 takes any that is free.",
    example: "8080",
    expected: "a whole number from 0 to 65535",
    standard: "8080",
    read: whole(0, 65_535, 8080),
  }),
  host: setting({
    name: "HOST",
    help: "The address to listen on. The standard lets only this machine in; 0.0.0.0 lets everybody in, which belongs behind something that speaks TLS.",
    example: "0.0.0.0",
    expected: "an address or host name of this machine",
    standard: "127.0.0.1",
    read: text
      .regex(/^[A-Za-z0-9.:_-]{1,253}$/)
      .optional()
      .transform((value) => value ?? "127.0.0.1"),
  }),
  databaseUrl: setting({
    name: "DATABASE_URL",
    help: "A MySQL or MariaDB database to use. Without it the server runs a private one in the data folder.",
    example: "mysql://healthbridge:secret@db.example:3306/healthbridge?tls=on",
    expected: "mysql://user:password@host:3306/database, with ?tls=on or ?socketPath=/path where needed",
    standard: "a private database in the data folder",
    read: text.refine(accepted((value) => parseDatabaseUrl(value).database)).optional(),
    show: (value) => (value === undefined ? "(private)" : withoutPassword(value)),
  }),
  redisUrl: setting({
    name: "REDIS_URL",
    help: "Redis or Valkey, by which several server processes over one database tell each other at once that something changed. It keeps nothing: without it, or while it is away, what happens at one process reaches the others by their asking the database, up to a second later.",
    example: "rediss://user:password@redis.example:6379",
    expected: "redis://host:6379, rediss://host:6379 (with TLS), or unix:///path/of/a/socket",
    standard: "none; with --nodes a private one",
    read: text.refine(accepted(redisAddress)).optional(),
    show: (value) => (value === undefined ? "(none)" : withoutPassword(value)),
  }),
  dataFolder: setting({
    name: "HEALTHBRIDGE_DATA",
    help: "The folder for what the server keeps on disk: the private database, the demo's key.",
    example: "/var/lib/healthbridge",
    expected: "the path of a folder",
    standard: "./.data",
    read: text
      .min(1)
      .optional()
      .transform((value) => value ?? "./.data"),
  }),
  apps: setting({
    name: "HEALTHBRIDGE_APPS",
    help: "A folder of built apps to serve below /patient/, /clinic/ and /doctor/: one folder for each that there is, by these names. Without it no app is served.",
    example: "/srv/healthbridge/apps",
    expected: "the path of a folder",
    standard: "none; in the demo this repository's own",
    read: text.min(1).optional(),
    show: (value) => value ?? "(none)",
  }),
  ...ATTACHMENT_SETTINGS,
  keys: setting({
    name: "HEALTHBRIDGE_KEYS",
    help: "The keys that sign access tokens, newest first. To change keys put a new one in front, and take the old one away once the tokens it signed are over. Needed outside the demo.",
    example: "k2:<43 characters>,k1:<43 characters>",
    expected: "id:key,id:key with keys of at least 256 random bits in base64url",
    standard: "none; the demo draws its own",
    read: keys.optional(),
    show: (value) => (value === undefined ? "(none)" : value.map(({ id }) => `${id}:(hidden)`).join(",")),
  }),
  tenant: setting({
    name: "HEALTHBRIDGE_TENANT",
    help: "The organisation that is meant when a request to sign in names none.",
    example: "turkana",
    expected: "2 to 32 small letters, digits or dashes, a letter first",
    standard: "demo",
    read: text
      .regex(/^[a-z][a-z0-9-]{1,31}$/)
      .optional()
      .transform((value) => value ?? "demo"),
  }),
  openRegistration: setting({
    name: "HEALTHBRIDGE_OPEN_REGISTRATION",
    help: "Whether anybody can open a patient's account for herself. Administrators can always open accounts.",
    example: "on",
    expected: "on or off",
    standard: "off",
    read: onOff,
    show: (value) => (value ? "on" : "off"),
  }),
  accessSeconds: amount(
    "HEALTHBRIDGE_ACCESS_SECONDS",
    [60, 3_600, 900],
    "seconds",
    "How long an access token lives before the device refreshes it.",
  ),
  sessionDays: amount(
    "HEALTHBRIDGE_SESSION_DAYS",
    [1, 400, 180],
    "days",
    "How long a session lives at most. Devices can be offline for weeks, hence the long standard.",
  ),
  idleDays: amount(
    "HEALTHBRIDGE_IDLE_DAYS",
    [1, 400, 60],
    "days",
    "How long a session lives without being used.",
  ),
  auditDays: amount(
    "HEALTHBRIDGE_AUDIT_DAYS",
    [30, 36_500, 400],
    "days",
    "How long operations stay in the audit trail once they were applied as asked, messages as they were sent included; no less than HEALTHBRIDGE_SESSION_DAYS. That they were applied is known for ever.",
  ),
  missedHours: amount(
    "HEALTHBRIDGE_MISSED_HOURS",
    [0, 8_760, 24],
    "hours",
    "How long after the start of an appointment of which nobody has noted anything it is noted that the patient did not come; 0: never. Clinics that are cut off for longer want more.",
  ),
  keepDays: amount(
    "HEALTHBRIDGE_KEEP_DAYS",
    [31, 36_500, 730],
    "days",
    "How long finished appointments are shown before they are put away into the archive, where nobody sees them but the operator.",
  ),
  conversationDays: amount(
    "HEALTHBRIDGE_CONVERSATION_DAYS",
    [0, 36_500, 0],
    "days",
    "How long a conversation is kept after its newest message, once it is closed and its appointment was put away: then it is removed, with its messages, photos, voice notes and documents. 0: for ever.",
  ),
  accountRate: amount(
    "HEALTHBRIDGE_ACCOUNT_RATE",
    [1, 100_000_000, 1_200],
    "requests",
    "Requests per minute of one account.",
  ),
  addressRate: amount(
    "HEALTHBRIDGE_ADDRESS_RATE",
    [1, 100_000_000, 6_000],
    "requests",
    "Requests per minute from one address. Many people can share one behind a mobile network's gateway.",
  ),
  connections: amount(
    "HEALTHBRIDGE_CONNECTIONS",
    [1, 100_000, 4_096],
    "connections",
    "Connections open at one time.",
  ),
  trustedProxies: setting({
    name: "HEALTHBRIDGE_TRUSTED_PROXIES",
    help: "Proxies in front of this server whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    example: "10.0.0.0/8,127.0.0.1",
    expected: "addresses or networks, as 10.0.0.0/8, with commas between",
    standard: "none",
    read: list(text.refine(accepted(parseNetwork))),
    show: (value) => value.join(",") || "(none)",
  }),
  origins: setting({
    name: "HEALTHBRIDGE_ORIGINS",
    help: "Web pages that may use this server from a browser.",
    example: "https://app.example,https://desk.example",
    expected: "origins such as https://app.example, without a path, with commas between",
    standard: "none",
    read: list(text.refine(isOrigin)),
    show: (value) => value.join(",") || "(none)",
  }),
  turnUrls: setting({
    name: "HEALTHBRIDGE_TURN",
    help: "Relays (TURN) for calls that find no way of their own, as devices are told of them. Needs HEALTHBRIDGE_TURN_SECRET.",
    example: "turns:turn.example:5349,turn:turn.example:3478?transport=udp",
    expected:
      "turn:host:port or turns:host:port, with commas between, and HEALTHBRIDGE_TURN_SECRET beside it",
    standard: "none",
    read: list(text.regex(/^turns?:[A-Za-z0-9.-]{1,253}(:\d{1,5})?(\?transport=(udp|tcp))?$/)),
    show: (value) => value.join(",") || "(none)",
  }),
  turnSecret: setting({
    name: "HEALTHBRIDGE_TURN_SECRET",
    help: "The secret that the relays share with this server (coturn: static-auth-secret). Devices get passwords made with it, good for six hours.",
    example: "<32 characters or more>",
    expected: "16 to 200 letters, digits or . _ ~ + / = -, and HEALTHBRIDGE_TURN beside it",
    standard: "none",
    read: text.regex(/^[A-Za-z0-9._~+/=-]{16,200}$/).optional(),
    show: (value) => (value === undefined ? "(none)" : "(hidden)"),
  }),
  ...NOTICE_SETTINGS,
  metricsToken: setting({
    name: "HEALTHBRIDGE_METRICS_TOKEN",
    help: "Lets whoever sends it as a bearer token read GET /metrics, for Prometheus. Without it there is no such address.",
    example: "<43 characters>",
    expected: "32 to 200 letters, digits or . _ ~ + / = -",
    standard: "none",
    read: text.regex(/^[A-Za-z0-9._~+/=-]{32,200}$/).optional(),
    show: (value) => (value === undefined ? "(none)" : "(hidden)"),
  }),
  drainSeconds: amount(
    "HEALTHBRIDGE_DRAIN_SECONDS",
    [0, 600, 20],
    "seconds",
    "How long requests that are running may take to finish when the server is stopped.",
  ),
  logLevel: setting({
    name: "HEALTHBRIDGE_LOG",
    help: "How much is logged. Health data and tokens never are.",
    example: "info",
    expected: "debug, info, warn, error or silent",
    standard: "info; warn in the demo",
    read: text.pipe(z.enum(["debug", "info", "warn", "error", "silent"])).optional(),
    show: (value) => value ?? "(standard)",
  }),
  logFormat: setting({
    name: "HEALTHBRIDGE_LOG_FORMAT",
    help: "How a log line looks: json for machines, plain for people.",
    example: "json",
    expected: "json or plain",
    standard: "json; plain in the demo and at a terminal",
    read: text.pipe(z.enum(["json", "plain"])).optional(),
    show: (value) => value ?? "(standard)",
  }),
} as const;

/** Every setting's value. */
export type Settings = {
  readonly [K in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[K]["read"]>;
};
