import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A bucket that a test may use, and what is in it. */
export interface S3Service extends AsyncDisposable {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  /** what was refused, and why */
  readonly refused: string[];
  /** the next requests are answered with this, as a service that is busy does */
  failNext(status: number, times: number): void;
}

export const KEYS = { accessKeyId: "AKIATEST", secretAccessKey: "wJalr/XUtnFEMI+K7MDENG" } as const;
export const BUCKET = "clinic-photos";
const LATEST_MS = 15 * 60_000;

/**
 * A strict service that speaks the S3 protocol: it takes no request whose signature (AWS signature version 4, worked out here from what Amazon has written down, not by the library under test) is
 * not right to the last bit, whose content is not what was signed, or that is older than a quarter of an hour.
 */
export async function startS3Service(region = "eu-west-1"): Promise<S3Service> {
  const objects = new Map<string, Buffer>();
  const refused: string[] = [];
  let failing = { status: 0, times: 0 };
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      if (failing.times > 0) {
        failing = { ...failing, times: failing.times - 1 };
        return end(response, failing.status);
      }
      const fault = faultIn(request, body, region);
      if (fault === undefined) return serve(objects, request, body, response);
      refused.push(fault);
      return end(
        response,
        403,
        `<Error><Code>SignatureDoesNotMatch</Code><Message>${fault}</Message></Error>`,
      );
    });
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", () => {
    listening.resolve();
  });
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${String(port)}`,
    objects,
    refused,
    failNext(status, times) {
      failing = { status, times };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      const closed = Promise.withResolvers<void>();
      server.close(() => {
        closed.resolve();
      });
      await closed.promise;
    },
  };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function end(response: ServerResponse, status: number, body: string | Buffer = "", headers = {}): void {
  response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers }).end(body);
}

function serve(
  objects: Map<string, Buffer>,
  { method, url = "", headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): void {
  const [, bucket, ...rest] = url.split("/");
  const key = rest.map(decodeURIComponent).join("/");
  if (bucket !== BUCKET) return end(response, 404, "<Error><Code>NoSuchBucket</Code></Error>");
  if (method === "PUT") {
    objects.set(key, body);
    return end(response, 200);
  }
  const found = objects.get(key);
  if (method === "DELETE") {
    objects.delete(key);
    return end(response, 204);
  }
  if (found === undefined) return end(response, 404, "<Error><Code>NoSuchKey</Code></Error>");
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
  if (first === undefined) return end(response, 200, found);
  const range = { "content-range": `bytes ${first}-${String(last)}/${String(found.length)}` };
  return end(response, 206, found.subarray(Number(first), Number(last) + 1), range);
}

const sha256 = (value: string | Buffer): string => createHash("sha256").update(value).digest("hex");
const hmac = (key: string | Buffer, value: string): Buffer =>
  createHmac("sha256", key).update(value).digest();

/** "Authenticating Requests: Using the Authorization Header", Amazon S3 API reference. */
function faultIn(
  { method, url = "", headers }: IncomingMessage,
  body: Buffer,
  region: string,
): string | undefined {
  const [, credential = "", names = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  const date = String(headers["x-amz-date"]);
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const at = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (!(Math.abs(Date.now() - at) < LATEST_MS)) return "the time is not now";
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
  if (credential !== `${KEYS.accessKeyId}/${scope}`) return "another key or place";
  const signed = names.split(";");
  for (const needed of ["host", "x-amz-content-sha256", "x-amz-date"])
    if (!signed.includes(needed)) return `${needed} is not signed`;
  if (headers["x-amz-content-sha256"] !== sha256(body)) return "the content is not what was signed";
  const [path = "", query = ""] = url.split("?");
  const request = [
    method,
    path,
    query,
    ...signed.toSorted().map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    names,
    headers["x-amz-content-sha256"],
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(request)].join("\n");
  const key = [region, "s3", "aws4_request"].reduce(
    hmac,
    hmac(`AWS4${KEYS.secretAccessKey}`, date.slice(0, 8)),
  );
  return hmac(key, text).toString("hex") === signature ? undefined : "the signature is not right";
}
