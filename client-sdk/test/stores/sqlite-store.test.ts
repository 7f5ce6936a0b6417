import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteStore } from "@healthbridge/client-sdk/node";
import { storeConformance } from "@healthbridge/client-sdk/testing";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "healthbridge-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeConformance(
  { name: "SQLite store", open: async (place) => sqliteStore(join(folder, `${place}.db`)) },
  { describe, test, expect },
);
