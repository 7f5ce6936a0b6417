import {
  Account,
  Device,
  EntityId,
  PushKeyAnswer,
  RefreshRequest,
  RegisterRequest,
  Session,
  SignInRequest,
} from "@healthbridge/schema";
import * as z from "zod/mini";
import { CalendarFile } from "../../calendar/calendar-routes.ts";
import { PUSH_KEY_ROUTE } from "../../../notices/push-key-route.ts";
import { PasswordRequest } from "../../account-routes.ts";
import { ATTACHMENT_DESCRIPTIONS } from "./attachment-descriptions.ts";
import { BODY_PROBLEMS, type DescribedRoute } from "./described-route.ts";
import { exampleAccount, exampleDevice } from "./examples.ts";
import { SYNC_DESCRIPTIONS } from "./sync-descriptions.ts";

const NONCE = "q0Yv3n5dQk1m8tG2b7LrXw9sZc4HfJ6uP0aEoTiRyBM";
const PASSWORD = "the rain came early this year";

const exampleSession: Session = {
  accessToken: "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.e30.c2lnbmF0dXJl",
  expiresIn: 600,
  refreshToken: "hbr.bm90IGEgcmVhbCB0b2tlbg",
  refreshExpiresIn: 7_776_000,
  account: exampleAccount,
  device: exampleDevice.id,
};

const ACCOUNTS: readonly DescribedRoute[] = [
  {
    method: "post",
    path: "/v1/accounts",
    id: "openAccount",
    tag: "accounts",
    summary: "Open an account",
    description:
      "Without a session: a patient's own. The answer is 202 and the same whether or not the name was free; sign in to see. With an administrator's session: any role's, answered 201 with the account.",
    signedIn: false,
    body: { schema: RegisterRequest, example: { login: "mary.w", password: PASSWORD, name: "Mary Wanjiru" } },
    answer: {
      status: 201,
      description: "Opened by an administrator.",
      content: { "application/json": { schema: Account, example: exampleAccount } },
    },
    otherAnswers: [
      {
        status: 202,
        description: "Asked for by somebody who is not signed in.",
        content: {
          "application/json": { schema: z.object({ status: z.literal("accepted"), next: z.string() }) },
        },
      },
    ],
    problems: [...BODY_PROBLEMS, "forbidden", "not_found", "login_taken", "password_weak", "conflict"],
  },
  {
    method: "put",
    path: "/v1/accounts/:account/password",
    id: "changePassword",
    tag: "accounts",
    summary: "Set a password",
    description:
      "One's own (with `current`), or as an administrator another's. Every other session of the account ends.",
    signedIn: true,
    params: z.strictObject({ account: EntityId }),
    body: { schema: PasswordRequest, example: { current: PASSWORD, password: "two goats and a bicycle" } },
    answer: { status: 204, description: "Set." },
    problems: [...BODY_PROBLEMS, "not_found", "credentials_wrong", "password_weak"],
  },
];

const SESSIONS: readonly DescribedRoute[] = [
  {
    method: "post",
    path: "/v1/sessions",
    id: "signIn",
    tag: "sessions",
    summary: "Sign in on a device",
    description: "The same `nonce` again, because the answer was lost, is the same session.",
    signedIn: false,
    body: {
      schema: SignInRequest,
      example: {
        login: "front.desk@kijani",
        password: PASSWORD,
        device: "Tablet at the front desk",
        nonce: NONCE,
      },
    },
    answer: {
      status: 201,
      description: "Signed in.",
      content: { "application/json": { schema: Session, example: exampleSession } },
    },
    problems: [...BODY_PROBLEMS, "credentials_wrong"],
  },
  {
    method: "post",
    path: "/v1/sessions/refresh",
    id: "refreshSession",
    tag: "sessions",
    summary: "Get the next pair of tokens",
    description:
      "Draw a nonce, store it, then send it with the old token. The same pair always gets the same successor until that was used; the old token with another nonce ends the session.",
    signedIn: false,
    body: { schema: RefreshRequest, example: { refreshToken: exampleSession.refreshToken, nonce: NONCE } },
    answer: {
      status: 200,
      description: "Refreshed.",
      content: { "application/json": { schema: Session, example: exampleSession } },
    },
    problems: [...BODY_PROBLEMS, "token_expired", "token_invalid", "refresh_reused", "device_revoked"],
  },
  {
    method: "delete",
    path: "/v1/sessions/current",
    id: "signOut",
    tag: "sessions",
    summary: "Sign out this device",
    signedIn: true,
    answer: { status: 204, description: "Signed out." },
    problems: [],
  },
  {
    method: "get",
    path: "/v1/devices",
    id: "listDevices",
    tag: "devices",
    summary: "The devices the account is signed in on",
    signedIn: true,
    answer: {
      status: 200,
      description: "Found.",
      content: {
        "application/json": {
          schema: z.object({ devices: z.array(z.extend(Device, { current: z.optional(z.literal(true)) })) }),
          example: { devices: [{ ...exampleDevice, current: true }] },
        },
      },
    },
    problems: [],
  },
];

const CALENDAR: DescribedRoute = {
  method: "get",
  path: "/v1/calendar/:file",
  id: "readCalendar",
  tag: "calendar",
  summary: "Appointments for calendar programs",
  description:
    "iCalendar (RFC 5545). `file` is the secret of a calendar link and `.ics`: whoever has it reads, without signing in, until the link is ended, its device signs out, its account is disabled or its " +
    "maker may see the appointments no longer; then it is not found. `ETag` and `If-None-Match` save what did not change (304).",
  signedIn: false,
  params: z.strictObject({ file: CalendarFile }),
  answer: {
    status: 200,
    description: "The calendar.",
    content: { "text/calendar": { schema: z.string() } },
  },
  otherAnswers: [{ status: 304, description: "What `If-None-Match` names is the newest." }],
  problems: ["not_found"],
};

const PUSH_KEY: DescribedRoute = {
  method: "get",
  path: PUSH_KEY_ROUTE,
  id: "readPushKey",
  tag: "devices",
  summary: "The key with which a browser subscribes to push messages",
  description:
    "Public (RFC 8292): `applicationServerKey` of `PushManager.subscribe`. A server that sends no push messages has no such route. What the browser answers goes to `PUT /v1/devices/{device}/push`.",
  signedIn: false,
  answer: {
    status: 200,
    description: "This.",
    content: { "application/json": { schema: PushKeyAnswer, example: { publicKey: `B${"A".repeat(86)}` } } },
  },
  problems: ["not_found"],
};

/** What it does without is named; it serves all the same. */
const READY = z.object({
  status: z.literal("ready"),
  degraded: z.optional(z.array(z.enum(["redis", "database_room"]))),
});

const HEALTH: readonly DescribedRoute[] = [
  {
    method: "get",
    path: "/healthz",
    id: "alive",
    tag: "health",
    summary: "Whether the process lives",
    signedIn: false,
    answer: {
      status: 200,
      description: "It does.",
      content: { "application/json": { schema: z.object({ status: z.literal("alive") }) } },
    },
    problems: [],
  },
  {
    method: "get",
    path: "/readyz",
    id: "ready",
    tag: "health",
    summary: "Whether the server can serve",
    signedIn: false,
    answer: {
      status: 200,
      description: "It can.",
      content: { "application/json": { schema: READY } },
    },
    problems: [],
  },
];

/** What is neither an operation nor a read: served by the edge, described by the schemas it runs on. */
export const EDGE_DESCRIPTIONS: readonly DescribedRoute[] = [
  ...SESSIONS,
  ...ACCOUNTS,
  ...SYNC_DESCRIPTIONS,
  ...ATTACHMENT_DESCRIPTIONS,
  PUSH_KEY,
  CALENDAR,
  ...HEALTH,
];
