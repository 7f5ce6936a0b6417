import "fake-indexeddb/auto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  memoryDisk,
  indexedDbStore,
  memoryStore,
  type MemoryDisk,
  type Store,
} from "@healthbridge/client-sdk";
import { sqlStore } from "@healthbridge/client-sdk/expo";
import { sqliteStore } from "@healthbridge/client-sdk/node";
import { storeConformance, type TestFunctions } from "@healthbridge/client-sdk/testing";
import { IDBFactory } from "fake-indexeddb";
import { afterAll, describe, expect, test } from "vitest";
import type { Vault } from "../../src/vault/index.ts";
import { NodeDriver } from "../stores/node-driver.ts";
import { openedVault } from "../support/vault.ts";

/** One vault for all places of a kind of store, as one person has. */
let opened: Promise<Vault> | undefined;

async function sealed(store: Store): Promise<Store> {
  opened ??= openedVault();
  return (await opened).seal(store);
}

/** The suite has scenarios of ten thousand rows, each sealed in JavaScript: some seconds where the machine has others to serve. */
const functions: TestFunctions = {
  describe,
  test: (title, body) => {
    // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect -- the statements are the suite's, and what they expect
    test(title, { timeout: 60_000 }, body);
  },
  expect,
};

const disks = new Map<string, MemoryDisk>();
const factory = new IDBFactory();
const folder = mkdtempSync(join(tmpdir(), "healthbridge-sealed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeConformance(
  {
    name: "sealed memory store",
    open: (place) => {
      const disk = disks.get(place) ?? memoryDisk();
      disks.set(place, disk);
      return sealed(memoryStore(disk));
    },
  },
  functions,
);

storeConformance(
  { name: "sealed IndexedDB store", open: (place) => sealed(indexedDbStore({ name: place, factory })) },
  functions,
);

storeConformance(
  { name: "sealed SQLite store", open: (place) => sealed(sqliteStore(join(folder, `${place}.db`))) },
  functions,
);

storeConformance(
  {
    name: "sealed SQL store over a driver",
    open: (place) => sealed(sqlStore(async () => new NodeDriver(join(folder, `${place}.driver.db`)))),
  },
  functions,
);
