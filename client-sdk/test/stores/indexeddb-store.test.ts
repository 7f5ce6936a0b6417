import "fake-indexeddb/auto";
import { indexedDbStore } from "@healthbridge/client-sdk";
import { storeConformance } from "@healthbridge/client-sdk/testing";
import { IDBFactory } from "fake-indexeddb";
import { describe, expect, test } from "vitest";

const factory = new IDBFactory();

storeConformance(
  { name: "IndexedDB store", open: async (place) => indexedDbStore({ name: place, factory }) },
  { describe, test, expect },
);
