import { HealthBridgeError, StoreError } from "@healthbridge/client-sdk";

const TROUBLES: Readonly<Record<string, string>> = {
  EACCES: "this account may not write there",
  EPERM: "this account may not write there",
  EROFS: "nothing can be written there",
  ENOENT: "there is no such folder",
  ENOTDIR: "there is no such folder",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full",
};

/**
 * What a file system refuses, in words; `undefined` for anything else.
 * @param path the file as the person knows it, where the error names another
 */
export function fileTrouble(error: unknown, path?: string): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const words = TROUBLES[String(error.code)];
  const file = path ?? ("path" in error ? String(error.path) : undefined);
  return words === undefined || file === undefined ? undefined : `${file} cannot be written: ${words}.`;
}

/** What a store says, by itself or through the SDK. Its message says what to do next; the SDK's begins with a code. */
export function storeErrorOf(error: unknown): StoreError | undefined {
  const said = error instanceof HealthBridgeError ? error.cause : error;
  return said instanceof StoreError ? said : undefined;
}
