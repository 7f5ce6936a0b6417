import { describe, expect, it } from "vitest";
import type { DocumentRight } from "../../../src/realtime/documents/access.ts";
import { watchRights } from "../../../src/realtime/documents/rights-watch.ts";
import { WATCH } from "../../../src/realtime/documents/limits.ts";
import { HandMovedTime } from "../hand-moved-time.ts";
import { Rights } from "./support/node.ts";

const DOCUMENT = "AAAAAAAAAAAAAAAA.1.intake";
const WRITES: DocumentRight = { may: "write", side: "patient", name: "Wanjiru" };

/** Somebody who has the document open. */
function onlooker(account: string) {
  const socket = {
    document: DOCUMENT,
    holder: { tenant: "clinic", account },
    right: WRITES,
    denied: false,
    deny: () => {
      socket.denied = true;
    },
  };
  return socket;
}

describe("the watch over rights", () => {
  it("sends away who lost the document, and leaves whose account is disabled to the watch over sessions, which has its own code", async () => {
    const time = new HandMovedTime();
    const rights = new Rights();
    const [stays, leaves, disabled] = [onlooker("stays"), onlooker("leaves"), onlooker("disabled")];
    rights.set("stays", DOCUMENT, { ...WRITES, may: "read" });
    rights.disable("disabled");
    const watch = watchRights({
      access: rights,
      timers: time.timers,
      sockets: new Set([stays, leaves, disabled]),
    });
    await time.pass(WATCH.accessMs);
    expect([stays, leaves, disabled].map(({ denied }) => denied)).toEqual([false, true, false]);
    expect(stays.right.may).toBe("read");
    await watch.close();
  });
});
