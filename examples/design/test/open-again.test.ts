import { HealthBridgeError } from "@healthbridge/client-sdk";
import { describe, expect, test, vi } from "vitest";
import { openAgain } from "../src/shell/open-again.ts";

const NOT_COME = new TypeError("Failed to fetch dynamically imported module");

function page(answers: boolean) {
  return { answers: async () => answers, reload: vi.fn<() => void>() };
}

describe("a part of the app that is asked for again", () => {
  test("is opened where it comes", async () => {
    const running = page(true);
    expect(await openAgain(async () => "chat", running)).toBe("chat");
    expect(running.reload).not.toHaveBeenCalled();
  });

  test("has the page loaded anew where the browser will not fetch it any more, though the server answers", async () => {
    const running = page(true);
    await expect(openAgain(() => Promise.reject(NOT_COME), running)).rejects.toBe(NOT_COME);
    expect(running.reload).toHaveBeenCalledOnce();
  });

  test("leaves the page as it is without a network: there may be no other", async () => {
    const running = page(false);
    await expect(openAgain(() => Promise.reject(NOT_COME), running)).rejects.toBe(NOT_COME);
    expect(running.reload).not.toHaveBeenCalled();
  });

  test("leaves the page as it is where something else is wrong", async () => {
    const running = page(true);
    const full = new HealthBridgeError("store_full");
    await expect(openAgain(() => Promise.reject(full), running)).rejects.toBe(full);
    expect(running.reload).not.toHaveBeenCalled();
  });
});
