import { describe, vi } from "vitest";
import { withPreact } from "./support/with-preact.ts";
import { describeConversations } from "./support/conversations-behaviour.ts";
import { describeDocuments } from "./support/documents-behaviour.ts";
import { describeHeld } from "./support/held-behaviour.ts";
import { describeSchedule } from "./support/schedule-behaviour.ts";

vi.mock("react", () => import("preact/compat"));

describe("with Preact under React's name", () => {
  describe("what a device holds", () => {
    describeHeld(withPreact);
  });
  describe("schedules", () => {
    describeSchedule(withPreact);
  });
  describe("conversations", () => {
    describeConversations(withPreact);
  });
  describe("documents", () => {
    describeDocuments(withPreact);
  });
});
