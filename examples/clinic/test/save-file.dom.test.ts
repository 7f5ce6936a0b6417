import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { saveFile } from "../src/parts/save-file.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

test("a file is there for a minute after it was asked for, and not for ever", () => {
  const revoked = vi.spyOn(URL, "revokeObjectURL");
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockReturnValue(undefined);
  saveFile("day.csv", "text/csv", "name\r\n");
  vi.advanceTimersByTime(59_000);
  expect(revoked).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(revoked).toHaveBeenCalledTimes(1);
});
