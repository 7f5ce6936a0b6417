import { describe } from "vitest";
import { withReact } from "./support/with-react.ts";
import { describeConversations } from "./support/conversations-behaviour.ts";
import { describeDocuments } from "./support/documents-behaviour.ts";
import { describeHeld } from "./support/held-behaviour.ts";
import { describeSchedule } from "./support/schedule-behaviour.ts";

describe("with React", () => {
  describe("what a device holds", () => {
    describeHeld(withReact);
  });
  describe("schedules", () => {
    describeSchedule(withReact);
  });
  describe("conversations", () => {
    describeConversations(withReact);
  });
  describe("documents", () => {
    describeDocuments(withReact);
  });
});
