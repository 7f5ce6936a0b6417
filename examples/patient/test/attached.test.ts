import { expect, test } from "vitest";
import { attachedKey } from "../src/logic/attached.ts";

const OWN = [
  { id: "photo.1", kind: "photo" },
  { id: "voice.1", kind: "voice" },
] as const;

test("a line without words is called what is attached to it", () => {
  expect(attachedKey({ attachments: ["photo.1"] }, OWN)).toBe("chat.photoOf");
  expect(attachedKey({ attachments: ["voice.1"] }, OWN)).toBe("chat.voiceOf");
  expect(attachedKey({ attachments: ["theirs.1"], thumbnails: ["theirs.1"] }, OWN)).toBe("chat.photoOf");
});

test("and not a photo where that is not known, or not all of it", () => {
  expect(attachedKey({ attachments: ["theirs.1"] }, OWN)).toBe("chat.attached");
  expect(attachedKey({ attachments: ["photo.1", "voice.1"] }, OWN)).toBe("chat.attached");
});
