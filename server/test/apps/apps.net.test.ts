import { describe, expect, test } from "vitest";
import { rawRequest } from "../http/raw-request.ts";
import { runningServer } from "../http/running-server.ts";
import { folderOfApps } from "./built-app.ts";

describe("a server with apps", () => {
  test("serves them beside its interface, over real connections", async () => {
    const server = await runningServer({ HEALTHBRIDGE_APPS: await folderOfApps() });
    const page = await server.send("GET", "/patient/", { headers: { accept: "text/html" } });
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    for (const missing of ["/clinic/", "/patient/gone.js", "/patient/assets/gone-Xy.js"])
      expect((await server.send("GET", missing)).status).toBe(404);
    expect((await server.send("POST", "/patient/")).status).toBe(405);
    const climbing = await rawRequest(
      server.url,
      "GET /patient/../secret.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    expect(climbing.head).toMatch(/^HTTP\/1\.1 404 /);
    expect(climbing.body).not.toContain("nobody's");
    const packed = await rawRequest(
      server.url,
      "GET /patient/assets/main-Ab12.js HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n",
    );
    expect(packed.head).toMatch(/content-encoding: br/i);
    const etag = page.headers.get("etag") ?? "";
    const again = await rawRequest(
      server.url,
      `GET /patient/ HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nIf-None-Match: ${etag}\r\nConnection: close\r\n\r\n`,
    );
    expect(again.head).toMatch(/^HTTP\/1\.1 304 /);
    await server.close();
  });

  test("serves none where nothing says where they are, and no page at the root", async () => {
    const server = await runningServer();
    for (const path of ["/", "/patient/", "/demo/start.css"])
      expect((await server.send("GET", path)).status).toBe(404);
    await server.close();
  });
});
