import { expect, test } from "vitest";
import { othersAmong } from "../../src/logic/other-workers.ts";

test("who works at the desk beside whoever is in; people of other apps in the same browser do not", () => {
  const vaults = [
    { name: "clinic.1", label: "grace" },
    { name: "clinic.2", label: "peter", waiting: 3 },
    { name: "patient.3", label: "apua", waiting: 1 },
    { name: "clinic.4" },
  ];
  expect(othersAmong(vaults, "grace").map(({ name }) => name)).toEqual(["clinic.2", "clinic.4"]);
});
