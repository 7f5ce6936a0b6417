import { randomBytes } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { freshDatabase } from "../../../../tests/setup/fresh-database.ts";
import { documentNode, Rights } from "./support/node.ts";
import { stockClient, VERSIONS } from "./support/provider.ts";
import { QUERY_PRESENCE, QUIET, rawClient, step1 } from "./support/raw-client.ts";

const database = await freshDatabase();

const fresh = (kind: "intake" | "notes" = "intake") => `${randomBytes(12).toString("base64url")}.1.${kind}`;

/** A consultation of a doctor and a patient, and a server that serves it. */
async function consultation(kind: "intake" | "notes" = "intake") {
  const rights = new Rights();
  const document = fresh(kind);
  rights.set("doctor", document, { may: "write", side: "doctor", name: "Dr Achieng" });
  rights.set("patient", document, { may: "write", side: "patient", name: "Wanjiru" });
  const node = await documentNode(database.url, rights);
  return {
    rights,
    document,
    node,
    route: () => node,
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  };
}

describe.each(VERSIONS)("the stock provider %s", (version) => {
  it("synchronises, also an empty document and one that is there already; gets no text frame", async () => {
    await using at = await consultation();
    using doctor = stockClient(version, at.route, at.document, "doctor");
    await expect.poll(() => doctor.provider.synced).toBe(true);
    doctor.write("no tablets");
    using patient = stockClient(version, at.route, at.document, "patient");
    await expect.poll(patient.text).toBe("no tablets");
    patient.write(", please");
    await expect.poll(doctor.text).toBe("no tablets, please");
    expect(doctor.texts() + patient.texts()).toBe(0);
  });

  it("takes a large document piece by piece, and itself for synchronised once all of it is there", async () => {
    await using at = await consultation();
    const doc = new Y.Doc();
    const long = "fever since Monday. ".repeat(12_000);
    doc.getText("text").insert(0, long);
    using patient = stockClient(version, at.route, at.document, "patient", { doc });
    await expect.poll(() => patient.provider.synced).toBe(true);
    using doctor = stockClient(version, at.route, at.document, "doctor");
    const lengths: number[] = [];
    let whenSynced = 0;
    doctor.doc.on("update", () => lengths.push(doctor.text().length));
    doctor.provider.on("sync", () => (whenSynced = doctor.text().length));
    await expect.poll(() => doctor.provider.synced).toBe(true);
    expect(whenSynced).toBe(long.length);
    expect(lengths.length).toBeGreaterThan(5);
    doctor.write("no cough");
    await expect.poll(patient.text).toBe(`${long}no cough`);
  });

  it("merges what was written without a network on both sides", async () => {
    await using at = await consultation();
    using doctor = stockClient(version, at.route, at.document, "doctor");
    using patient = stockClient(version, at.route, at.document, "patient");
    await expect.poll(() => doctor.provider.synced && patient.provider.synced).toBe(true);
    doctor.provider.disconnect();
    patient.provider.disconnect();
    doctor.doc.getMap("form").set("pulse", 70);
    doctor.write("doctor ");
    patient.doc.getMap("form").set("weight", 61);
    patient.write("patient ");
    for (const { provider } of [doctor, patient]) {
      provider.params = { ticket: at.node.ticket(provider === doctor.provider ? "doctor" : "patient") };
      provider.connect();
    }
    await expect.poll(() => doctor.doc.getMap("form").toJSON()).toEqual({ pulse: 70, weight: 61 });
    await expect.poll(() => doctor.text() === patient.text() && doctor.text().length).toBe(15);
  });

  it("that comes back and writes on at once is not taken for an attacker", async () => {
    await using at = await consultation();
    using doctor = stockClient(version, at.route, at.document, "doctor");
    using patient = stockClient(version, at.route, at.document, "patient");
    await expect.poll(() => doctor.provider.synced && patient.provider.synced).toBe(true);
    patient.provider.disconnect();
    patient.write("without a network. ");
    patient.provider.params = { ticket: at.node.ticket("patient") };
    const written = new Promise<void>((resolve) => {
      patient.provider.on("status", ({ status }) => {
        if (status !== "connected") return;
        // Each follows what the server has not asked for yet.
        for (let times = 0; times < 100; times += 1) patient.write("x");
        resolve();
      });
    });
    patient.provider.connect();
    await written;
    await expect.poll(doctor.text).toBe(`without a network. ${"x".repeat(100)}`);
    expect(patient.closes).toEqual([1005]);
  });

  it("sees who is there, under the name the server knows", async () => {
    await using at = await consultation();
    using doctor = stockClient(version, at.route, at.document, "doctor");
    using patient = stockClient(version, at.route, at.document, "patient");
    await expect.poll(() => doctor.provider.synced && patient.provider.synced).toBe(true);
    patient.provider.awareness.setLocalStateField("user", { name: "Dr Achieng", color: "#ff0000" });
    const seen = () => doctor.provider.awareness.getStates().get(patient.doc.clientID);
    const known = { account: "patient", name: "Wanjiru", side: "patient", color: "#ff0000" };
    await expect.poll(seen).toMatchObject({ user: known });
    patient.provider.disconnect();
    await expect.poll(seen).toBeUndefined();
  });

  it("with a bad ticket is refused before it is let in, and comes less and less often", async () => {
    await using at = await consultation();
    const ticket = "x".repeat(32);
    const begun = performance.now();
    using stranger = stockClient(version, at.route, at.document, "patient", {
      ticket,
      maxBackoffTime: 2_500,
    });
    await expect.poll(() => stranger.refusals).toEqual([401, 401, 401, 401]);
    // 200, 400 and 800 ms between them.
    expect(performance.now() - begun).toBeGreaterThan(1_300);
  });

  it("without access is told so, closed two seconds later, and does not hammer", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    await using at = await consultation();
    at.rights.set("patient", at.document, undefined);
    const begun = performance.now();
    using stranger = stockClient(version, at.route, at.document, "patient");
    await expect.poll(() => stranger.closes).toContain(4403);
    expect(performance.now() - begun).toBeGreaterThan(1_900);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("Permission denied"));
    // The later version understands that it is of no use; the earlier one comes every two seconds.
    const times = version === "3.0.0" ? 2 : 1;
    expect(stranger.provider.shouldConnect).toBe(times > 1);
    await expect.poll(() => stranger.closes.length).toBe(times);
    expect(stranger.attempts()).toBeLessThanOrEqual(times + 1);
    expect(performance.now() - begun).toBeGreaterThan(times * 1_900);
    expect(stranger.provider.synced).toBe(false);
  });

  it("that may only read gets everything, and changes nothing", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    await using at = await consultation("notes");
    at.rights.set("staff", at.document, { may: "read", side: "clinic", name: "Njeri" });
    using doctor = stockClient(version, at.route, at.document, "doctor");
    using staff = stockClient(version, at.route, at.document, "staff");
    doctor.write("rest");
    await expect.poll(staff.text).toBe("rest");
    staff.write(" and whisky");
    staff.write(" and more");
    await expect.poll(() => warn.mock.calls.length).toBe(1);
    doctor.write(" a week");
    await expect.poll(staff.text).toContain(" a week");
    expect(doctor.text()).toBe("rest a week");
    expect(staff.closes).toEqual([]);
  });

  it("loses the right to write where the conversation is closed, and the document where it is handed over", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    await using at = await consultation();
    using doctor = stockClient(version, at.route, at.document, "doctor");
    using patient = stockClient(version, at.route, at.document, "patient");
    patient.write("before");
    await expect.poll(doctor.text).toBe("before");
    at.rights.set("patient", at.document, { may: "read", side: "patient", name: "Wanjiru" });
    // Before she has written anything more.
    await expect.poll(() => warn.mock.calls.flat().join(""), { timeout: 5_000 }).toContain("read only");
    at.rights.set("doctor", at.document, undefined);
    await expect.poll(() => doctor.closes, { timeout: 5_000 }).toContain(4403);
    patient.write(" after");
    using colleague = stockClient(version, at.route, at.document, "colleague");
    at.rights.set("colleague", at.document, { may: "write", side: "doctor", name: "Dr Otieno" });
    colleague.provider.params = { ticket: at.node.ticket("colleague") };
    await expect.poll(() => colleague.provider.synced || colleague.provider.connect()).toBe(true);
    expect(colleague.text()).toBe("before");
  });

  it("that was open for too long comes again with a new ticket", async () => {
    await using at = await consultation();
    using patient = stockClient(version, at.route, at.document, "patient");
    await expect.poll(() => patient.provider.synced).toBe(true);
    at.node.expire();
    await expect.poll(() => patient.closes).toEqual([4501]);
    await expect.poll(() => patient.provider.synced).toBe(true);
    patient.write("still here");
    using doctor = stockClient(version, at.route, at.document, "doctor");
    await expect.poll(doctor.text).toBe("still here");
  });

  it("is sent away by a server that stops, and goes on with another one", async () => {
    await using at = await consultation();
    await using other = await documentNode(database.url, at.rights);
    let stopped = false;
    using patient = stockClient(version, () => (stopped ? other : at.node), at.document, "patient");
    patient.write("first");
    await expect.poll(() => patient.provider.synced).toBe(true);
    stopped = true;
    await at.node.drain();
    expect(patient.closes).toEqual([1012]);
    patient.write(", second");
    using doctor = stockClient(version, () => other, at.document, "doctor");
    await expect.poll(doctor.text).toBe("first, second");
  });

  it("takes a ticket as a sub-protocol as well", async () => {
    await using at = await consultation();
    const socket = new WebSocket(`${at.node.url}/${at.document}`, [`ticket.${at.node.ticket("patient")}`]);
    await expect.poll(() => socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });
});

describe("the protocol of the stock provider", () => {
  it("answers what one lacks, even where it is nothing, and then asks itself", async () => {
    await using at = await consultation();
    using client = await rawClient(at.node, at.document, "patient");
    client.send(step1());
    await expect.poll(() => client.frames.length).toBe(2);
    // Step 2 with an empty update, step 1 with an empty vector.
    expect(client.frames).toEqual([
      [0, 1, 2, 0, 0],
      [0, 0, 1, 0],
    ]);
  });

  it("answers who is here, and sends a sign of life into silence", async () => {
    await using at = await consultation();
    using client = await rawClient(at.node, at.document, "patient");
    client.send(QUERY_PRESENCE);
    await expect.poll(() => client.frames).toEqual([QUIET]);
    at.node.pass(15_000);
    await expect.poll(() => client.frames).toEqual([QUIET, QUIET]);
  });

  it("spends a ticket on one line, and on the document's own door", async () => {
    await using at = await consultation();
    const ticket = at.node.ticket("patient");
    using first = await rawClient(at.node, at.document, "patient", ticket);
    expect(first.socket.readyState).toBe(WebSocket.OPEN);
    await expect(rawClient(at.node, at.document, "patient", ticket)).rejects.toThrow("401");
    await expect(rawClient(at.node, "no-document", "patient")).rejects.toThrow("404");
  });

  it("lets nobody in for a while who was refused five times in a minute", async () => {
    await using at = await consultation();
    const foreign = fresh();
    for (let times = 0; times < 5; times += 1) {
      using client = await rawClient(at.node, foreign, "patient");
      await expect.poll(() => client.frames.length).toBe(1);
      expect(client.frames[0]?.[0]).toBe(2);
    }
    await expect(rawClient(at.node, foreign, "patient")).rejects.toThrow("429");
    using doctor = await rawClient(at.node, at.document, "doctor");
    expect(doctor.socket.readyState).toBe(WebSocket.OPEN);
  });

  it("tells nobody before it is stored", async () => {
    await using at = await consultation();
    using patient = stockClient("3.1.0", at.route, at.document, "patient");
    using doctor = stockClient("3.1.0", at.route, at.document, "doctor");
    await expect.poll(() => doctor.provider.synced && patient.provider.synced).toBe(true);
    patient.write("stored");
    await expect.poll(doctor.text).toBe("stored");
    // Another server, which has seen none of it, reads the same from the database.
    await using other = await documentNode(database.url, at.rights);
    const doc = new Y.Doc();
    using late = stockClient("3.1.0", () => other, at.document, "doctor", { doc });
    await expect.poll(late.text).toBe("stored");
  });
});
