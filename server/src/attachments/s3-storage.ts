import { AwsV4Signer } from "aws4fetch";
import { createHash } from "node:crypto";
import type { Clock } from "../adapters/clock.ts";
import type { Fetch } from "../adapters/system-fetch.ts";
import { type AttachmentStorage, StorageError } from "./storage.ts";

/** A bucket of a service that speaks S3, and who may use it. */
export interface S3Bucket {
  /** `https://host[:port]` */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3Parts {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** Keeps files in a bucket: three requests of the S3 protocol, each signed (AWS signature version 4), by path so that any host serves. */
export function s3Storage(bucket: S3Bucket, { fetch, clock }: S3Parts): AttachmentStorage {
  const ask = async (
    method: "PUT" | "GET" | "DELETE",
    key: string,
    more: { readonly body?: Uint8Array; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Response> => {
    const { accessKeyId, secretAccessKey, region } = bucket;
    // Over ArrayBuffer, as the platform's Request wants its bytes.
    const body = new Uint8Array(more.body ?? []);
    const signer = new AwsV4Signer({
      method,
      url: `${bucket.endpoint}/${bucket.bucket}/${key}`,
      headers: { ...more.headers, "x-amz-content-sha256": createHash("sha256").update(body).digest("hex") },
      accessKeyId,
      secretAccessKey,
      region,
      service: "s3",
      datetime: new Date(clock.now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ""),
    });
    const { url, headers } = await signer.sign();
    try {
      return await fetch(new Request(url, { method, headers, ...(method === "PUT" ? { body } : {}) }));
    } catch (cause) {
      throw new StorageError("the storage did not answer", { cause });
    }
  };
  return {
    async put(key, content) {
      await ended(await ask("PUT", key, { body: content }), [200]);
    },
    async read(key, range) {
      const headers = range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` };
      const answer = await ask("GET", key, { headers });
      if (answer.status === 200 || answer.status === 206) return answer.body ?? new Blob([]).stream();
      await ended(answer, [404]);
      return undefined;
    },
    async remove(key) {
      await ended(await ask("DELETE", key), [200, 204, 404]);
    },
  };
}

/** Reads an answer to its end, so that its connection can be used again. */
async function ended(answer: Response, good: readonly number[]): Promise<void> {
  await answer.body?.cancel();
  // Its text could name the key.
  if (!good.includes(answer.status)) throw new StorageError(`the storage answered ${String(answer.status)}`);
}
