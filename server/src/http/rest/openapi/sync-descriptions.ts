import {
  DOCUMENT_LIMITS,
  DocumentKind,
  documentName,
  DocumentName,
  DocumentSyncRequest,
  DocumentSyncResponse,
  RelaysAnswer,
  SYNC_LINES,
  SyncRequest,
  SyncResponse,
  Ticket,
  TicketAnswer,
  TicketRequest,
} from "@healthbridge/schema";
import * as z from "zod/mini";
import { BODY_PROBLEMS, type DescribedRoute } from "./described-route.ts";
import { exampleConversation } from "./examples.ts";

const SYNC: DescribedRoute = {
  method: "post",
  path: "/v1/sync",
  id: "sync",
  tag: "sync",
  summary: "Push operations and pull changes in one round trip",
  description:
    "See the protocol reference. With `Accept: application/x-ndjson` the answer comes in lines, each of which stands on its own.",
  signedIn: true,
  body: { schema: SyncRequest, example: { protocol: 1, stream: "aVdxT2lHdVNyQ2Rm", from: 1, cursors: "" } },
  answer: {
    status: 200,
    description: "Outcomes of what was pushed, and changes since the cursors.",
    content: {
      "application/json": { schema: SyncResponse },
      "application/x-ndjson": { schema: z.union(Object.values(SYNC_LINES)) },
    },
  },
  problems: [...BODY_PROBLEMS, "protocol_unsupported"],
};

const TICKET: DescribedRoute = {
  method: "post",
  path: "/v1/realtime/ticket",
  id: "takeTicket",
  tag: "sync",
  summary: "A ticket to open one socket with",
  description:
    "Good once, for half a minute, on every server process. It is shown as the sub-protocol `ticket.<ticket>` of `GET /v1/realtime`; see the protocol reference.",
  signedIn: true,
  body: { schema: TicketRequest, example: {} },
  answer: {
    status: 201,
    description: "Given.",
    content: {
      "application/json": {
        schema: TicketAnswer,
        example: { ticket: "q0Yv3n5dQk1m8tG2b7LrXw9sZc4HfJ6u", expiresIn: 30 },
      },
    },
  },
  problems: [...BODY_PROBLEMS],
};

const RELAYS: DescribedRoute = {
  method: "post",
  path: "/v1/realtime/relays",
  id: "takeRelays",
  tag: "sync",
  summary: "Relays (TURN) for calls that find no way of their own",
  description:
    "As `RTCPeerConnection` takes them, with a name and a password that are good for so many seconds. Empty where the operator has none.",
  signedIn: true,
  answer: {
    status: 200,
    description: "These.",
    content: {
      "application/json": {
        schema: RelaysAnswer,
        example: {
          iceServers: [
            {
              urls: ["turns:turn.example:5349"],
              username: "1795375200:dGhpcm5hbWUh",
              credential: "8u6Yv0W8kq0k9l6V3c1b2n4m5s8=",
            },
          ],
          expiresIn: 21_600,
        },
      },
    },
  },
  problems: [],
};

/** How a socket is asked for: by what is offered, and answered by what is spoken. */
const SUB_PROTOCOL = { name: "Sec-WebSocket-Protocol", schema: z.string() } as const;
/** What a socket is refused for before it is open. */
const SOCKET_PROBLEMS = ["malformed", "not_signed_in", "token_invalid", "forbidden", "not_found"] as const;
/** A request without an upgrade is one for a page that is not there. */
const NO_SOCKET = "`not_found`: no WebSocket was asked for";

const LINE: DescribedRoute = {
  method: "get",
  path: "/v1/realtime",
  id: "openLine",
  tag: "sync",
  summary: "The socket that carries syncs",
  description: `A WebSocket (RFC 6455, version 13), which a page of documentation cannot try: see the protocol reference. \`forbidden\`: a page of an origin that is not named asked; ${NO_SOCKET}; \`protocol_unsupported\`: the version, also that of WebSockets; \`rate_limited\`: the account has too many sockets, or the address asks too often.`,
  signedIn: false,
  heads: [
    {
      ...SUB_PROTOCOL,
      required: true,
      description: "The versions that are offered, and a ticket for `realtime`.",
      example: "healthbridge.1, ticket.q0Yv3n5dQk1m8tG2b7LrXw9sZc4HfJ6u",
    },
  ],
  answer: {
    status: 101,
    description: "Open.",
    heads: [{ ...SUB_PROTOCOL, description: "The version that is spoken.", example: "healthbridge.1" }],
  },
  problems: [...SOCKET_PROBLEMS, "protocol_unsupported"],
};

const exampleName = documentName({ conversation: exampleConversation.id, kind: "intake" });

const DOCUMENTS: readonly DescribedRoute[] = [
  {
    method: "get",
    path: "/v1/documents/:name",
    id: "openDocument",
    tag: "documents",
    summary: "The socket of one document",
    description: `A WebSocket in the protocol of Yjs' stock provider; see the protocol reference. The ticket is one for \`documents\`, as the sub-protocol or, from clients that can put it nowhere else, as \`?ticket=\`. ${NO_SOCKET}, or there is no such document that the account may see; \`protocol_unsupported\`: another version of WebSockets.`,
    signedIn: false,
    params: z.strictObject({ name: DocumentName }),
    query: z.strictObject({ ticket: z.optional(Ticket) }),
    heads: [
      {
        ...SUB_PROTOCOL,
        required: false,
        description: "`ticket.<ticket>`.",
        example: "ticket.q0Yv3n5dQk1m8tG2b7LrXw9sZc4HfJ6u",
      },
    ],
    answer: { status: 101, description: "Open." },
    problems: [...SOCKET_PROBLEMS, "protocol_unsupported"],
  },
  {
    method: "post",
    path: "/v1/documents/:name/sync",
    id: "syncDocument",
    tag: "documents",
    summary: "Push and pull one document, where no socket lives",
    description:
      `\`${exampleName}\`: the conversation's id and the kind (\`${DocumentKind.options.join("`, `")}\`). What the device knows goes up as a state vector of Yjs, with an update (version 1, ${String(DOCUMENT_LIMITS.documentPostBytes)} bytes at most) of what the server may lack; ` +
      "what the device lacks comes down. `stored: false`: it follows something that the server lacks; send all that is beyond its `vector`. `stored: true`: what was new was taken; what is there already under the same id and clock is not looked at again. `forbidden`: an update where one may only read. `malformed` at `update`, with the reason in `detail`: it is refused.",
    signedIn: true,
    params: z.strictObject({ name: DocumentName }),
    body: { schema: DocumentSyncRequest, example: { vector: "AA==" } },
    answer: {
      status: 200,
      description: "How far the server is, and what the device lacks.",
      content: {
        "application/json": {
          schema: DocumentSyncResponse,
          example: { vector: "AA==", update: "AAA=", may: "write", stored: true },
        },
      },
    },
    problems: [...BODY_PROBLEMS, "not_found", "forbidden"],
  },
];

/** What devices say to the server beside single requests: syncs, sockets and what opens them, documents. */
export const SYNC_DESCRIPTIONS: readonly DescribedRoute[] = [SYNC, TICKET, LINE, RELAYS, ...DOCUMENTS];
