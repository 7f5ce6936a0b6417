import type { S3Bucket } from "./s3-storage.ts";

/** Where attachments are kept, as the operator said. */
export type StoragePlace =
  | { readonly kind: "folder"; readonly path: string }
  | ({ readonly kind: "s3" } & S3Bucket);

const BUCKET = /^\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/;
const STANDARD_REGION = "us-east-1";

/** Reads `s3+https://KEY:SECRET@host/bucket?region=REGION`, or a folder's path; `undefined` for what is neither. */
export function parseStoragePlace(text: string): StoragePlace | undefined {
  if (!/^s3\+https?:/.test(text)) return /^\w+:\/\//.test(text) ? undefined : { kind: "folder", path: text };
  const url = text.slice("s3+".length);
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname, username, password, searchParams } = new URL(url);
  const bucket = BUCKET.exec(pathname)?.[1];
  if (bucket === undefined || username === "" || password === "") return undefined;
  return {
    kind: "s3",
    endpoint: origin,
    bucket,
    region: searchParams.get("region") ?? STANDARD_REGION,
    accessKeyId: decodeURIComponent(username),
    secretAccessKey: decodeURIComponent(password),
  };
}

/** The place without what opens it. */
export function showStoragePlace(place: StoragePlace): string {
  if (place.kind === "folder") return place.path;
  return `s3+${place.endpoint}/${place.bucket}?region=${place.region} (key hidden)`;
}
