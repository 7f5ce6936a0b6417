import {
  ATTACHMENT_LIMITS,
  type AttachmentMetadata,
  CONTENT_TYPES,
  EntityId,
  UploadHeads,
} from "@healthbridge/schema";
import * as z from "zod/mini";
import { ATTACHMENTS_PATH } from "../../../attachments/receive.ts";
import type { DescribedHead, DescribedRoute } from "./described-route.ts";
import { exampleAttachment } from "./examples.ts";

const ONE = `${ATTACHMENTS_PATH}/:attachment`;
const ID = z.strictObject({ attachment: EntityId });

/** Bytes: what they are says their content type. */
const BYTES = z.unknown();
const PIECE = "application/offset+octet-stream";

const RESUMABLE = {
  name: "Tus-Resumable",
  description:
    "The version of tus. In every answer, refusals too: one without it is not this server's. Another version is refused with `tus_unsupported`, and `Tus-Version` says which one is spoken.",
  schema: UploadHeads.resumable,
  example: "1.0.0",
} as const satisfies DescribedHead;

const LENGTH = {
  name: "Upload-Length",
  description: `Bytes of the upload: the thumbnail's (${String(ATTACHMENT_LIMITS.thumbnailBytes)} at most) and the file's (a photo ${String(ATTACHMENT_LIMITS.photoBytes)}, a voice note ${String(ATTACHMENT_LIMITS.voiceBytes)} at most).`,
  schema: UploadHeads.length,
  example: 412_345,
} as const satisfies DescribedHead;

const OFFSET = {
  name: "Upload-Offset",
  description: "How many bytes of the upload are there.",
  schema: UploadHeads.offset,
  example: 4_096,
} as const satisfies DescribedHead;

const METADATA = {
  name: "Upload-Metadata",
  description:
    "`name value` with commas between, values in base64: `id`, `seal` (16 random bytes in base64url; the id is the first 12 bytes of their SHA-256 in base64url, and `.1`), `conversation`, `kind` (`photo`, `voice`), " +
    "`type`, and where there are such `thumbnail` (how many of the first bytes are one) and `digest` (SHA-256 of the file without the thumbnail, base64url). No other.",
  schema: UploadHeads.metadata,
  example: metadataText(exampleAttachment),
} as const satisfies DescribedHead;

const ETAG = {
  name: "ETag",
  description: "Of the file its SHA-256. With `If-None-Match` it saves what did not change (304).",
  schema: z.string(),
  example: '"LQ2U0eGfCZbD4mBhbUTr7b8pYz3mJ6mY0Cq2dUe0x1k"',
} as const satisfies DescribedHead;

const STRETCH = {
  name: "Content-Range",
  description: "Which stretch, of how many bytes.",
  schema: z.string(),
  example: "bytes 4096-412344/412345",
} as const satisfies DescribedHead;

const RANGE_HEADS = [
  {
    name: "Range",
    required: false,
    description: "One stretch, as who goes on with a download asks for it. Several: the whole file.",
    schema: z.string(),
    example: "bytes=4096-",
  },
  {
    name: "If-Range",
    required: false,
    description:
      "An `ETag`: the stretch is meant of that file; where it is another by now, all of it is sent.",
    schema: z.string(),
  },
] as const;

const UNCHANGED = {
  status: 304,
  description: "What `If-None-Match` names is what is there.",
  heads: [RESUMABLE, ETAG],
} as const;
/** What else an upload can be refused for once its bytes are looked at. */
const UNFIT = ["attachment_unfit", "unsupported_media", "too_large", "conflict"] as const;

const FILE = Object.fromEntries(CONTENT_TYPES.map((type) => [type, { schema: BYTES }]));

/** Photos and voice notes: uploads over tus 1.0.0, and the files that came of them. */
export const ATTACHMENT_DESCRIPTIONS: readonly DescribedRoute[] = [
  {
    method: "options",
    path: ATTACHMENTS_PATH,
    id: "askAboutUploads",
    tag: "attachments",
    summary: "Which tus is spoken",
    description: "A preflight of a browser's is answered before, without an access token.",
    signedIn: true,
    answer: {
      status: 204,
      description: "This.",
      heads: [
        RESUMABLE,
        { name: "Tus-Version", description: "Versions that are spoken.", schema: UploadHeads.resumable },
        {
          name: "Tus-Extension",
          description: "What is spoken beside the core.",
          schema: z.string(),
          example: "creation,creation-with-upload,termination",
        },
        {
          name: "Tus-Max-Size",
          description: "Bytes of the largest upload.",
          schema: UploadHeads.most,
        },
      ],
    },
    problems: [],
  },
  {
    method: "post",
    path: ATTACHMENTS_PATH,
    id: "beginUpload",
    tag: "attachments",
    summary: "Begin an upload",
    description:
      `tus 1.0.0. Name the attachment in a message as well (\`attachments\`), before or after: one that no message of the same account names goes after ${String(ATTACHMENT_LIMITS.keptDays)} days. The first bytes may come with the request. Again with the same metadata, ` +
      "because the answer was lost: the same upload. `key_reused`: the id is another file's. `forbidden`: the conversation is closed.",
    signedIn: true,
    heads: [
      { ...RESUMABLE, required: true },
      { ...LENGTH, required: true },
      { ...METADATA, required: true },
    ],
    body: { schema: BYTES, type: PIECE, optional: true },
    answer: {
      status: 201,
      description: "Begun.",
      located: true,
      heads: [
        RESUMABLE,
        { ...OFFSET, description: "How many bytes of the upload are there, where some were sent." },
      ],
    },
    problems: [
      "tus_unsupported",
      "malformed",
      "unknown_field",
      "forbidden",
      "not_found",
      "key_reused",
      "attachment_limit",
      ...UNFIT,
    ],
  },
  {
    method: "head",
    path: ONE,
    id: "askHowFar",
    tag: "attachments",
    summary: "How far an upload of one's own is",
    description: "Without `Tus-Resumable` it is the head of the file, as `GET` would answer it.",
    signedIn: true,
    params: ID,
    heads: [{ ...RESUMABLE, required: true }],
    answer: {
      status: 200,
      description: "So far.",
      heads: [
        RESUMABLE,
        OFFSET,
        LENGTH,
        { ...METADATA, description: "What the upload says of itself, without `id`, `seal` and `digest`." },
      ],
    },
    problems: ["tus_unsupported", "malformed", "not_found", "attachment_unfit"],
  },
  {
    method: "patch",
    path: ONE,
    id: "sendPiece",
    tag: "attachments",
    summary: "Send the next bytes of an upload",
    description:
      "From `Upload-Offset` on, as many as the line carries; what arrived of a piece that broke off is kept. On any device of the account that began it. `conflict`: these are not the next bytes; ask with HEAD.",
    signedIn: true,
    params: ID,
    heads: [
      { ...RESUMABLE, required: true },
      { ...OFFSET, required: true },
    ],
    body: { schema: BYTES, type: PIECE },
    answer: { status: 204, description: "Taken.", heads: [RESUMABLE, OFFSET] },
    problems: ["tus_unsupported", "malformed", "not_found", ...UNFIT],
  },
  {
    method: "delete",
    path: ONE,
    id: "giveUpUpload",
    tag: "attachments",
    summary: "Give up an upload that is on its way",
    description: "`conflict`: it is whole. Withdraw the message that names it instead.",
    signedIn: true,
    params: ID,
    heads: [{ ...RESUMABLE, required: true }],
    answer: { status: 204, description: "Given up.", heads: [RESUMABLE] },
    problems: ["tus_unsupported", "malformed", "not_found", "conflict"],
  },
  {
    method: "get",
    path: ONE,
    id: "readAttachment",
    tag: "attachments",
    summary: "A photo or a voice note",
    description:
      "For who takes part in its conversation, once it is whole and while a message of its sender's names it; for its sender always. Its type is what was found in it. It may be kept by who asked, and by nobody between.",
    signedIn: true,
    params: ID,
    heads: RANGE_HEADS,
    answer: { status: 200, description: "All of it.", content: FILE, heads: [RESUMABLE, ETAG] },
    otherAnswers: [
      {
        status: 206,
        description: "The stretch that was asked for.",
        content: FILE,
        heads: [RESUMABLE, ETAG, STRETCH],
      },
      UNCHANGED,
      { status: 416, description: "The stretch begins behind the end.", heads: [RESUMABLE, STRETCH] },
    ],
    problems: ["not_found"],
  },
  {
    method: "get",
    path: `${ONE}/thumbnail`,
    id: "readThumbnail",
    tag: "attachments",
    summary: "The small picture that is sent in front of a photo",
    description: "There as soon as it has arrived, long before the photo.",
    signedIn: true,
    params: ID,
    answer: {
      status: 200,
      description: "The picture.",
      content: { "image/jpeg": { schema: BYTES }, "image/webp": { schema: BYTES } },
      heads: [RESUMABLE, ETAG],
    },
    otherAnswers: [UNCHANGED],
    problems: ["not_found"],
  },
];

function metadataText(metadata: AttachmentMetadata): string {
  return Object.entries(metadata)
    .map(([name, value]) => `${name} ${Buffer.from(String(value)).toString("base64")}`)
    .join(",");
}
