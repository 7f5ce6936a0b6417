import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { readAppFiles } from "../../src/apps/app-files.ts";
import { appRoutes } from "../../src/apps/app-routes.ts";
import type { RequestEnv } from "../../src/http/context.ts";
import { folderOfApps, SCRIPT } from "./built-app.ts";

const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

async function served() {
  const files = await readAppFiles(join(await folderOfApps(), "patient"));
  const app = new Hono<RequestEnv>().route("/", appRoutes("patient", files));
  return (path: string, headers: Record<string, string> = {}, method = "GET") =>
    Promise.resolve(app.request(path, { method, headers }));
}

describe("an app that the server serves", () => {
  test("has its page at its own path, and leads there from the path without a slash", async () => {
    const get = await served();
    const page = await get("/patient/", BROWSER);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await page.text()).toContain("<title>patient</title>");
    const moved = await get("/patient");
    expect([moved.status, moved.headers.get("location")]).toEqual([308, "/patient/"]);
  });

  test("answers the addresses of its screens with its page, ids with a dot included", async () => {
    const get = await served();
    for (const path of ["/patient/visits", "/patient/visit/aVdxT2lHdVNyQ2Rm.2"])
      expect((await get(path, BROWSER)).headers.get("content-type")).toContain("text/html");
  });

  test("answers nobody but a browser that goes to a page with a page: a missing script is missing", async () => {
    const get = await served();
    expect((await get("/patient/assets/gone-Xy.js", { accept: "*/*" })).status).toBe(404);
    expect((await get("/patient/assets/gone-Xy.js", BROWSER)).status).toBe(404);
    expect((await get("/patient/visits", { accept: "*/*" })).status).toBe(404);
  });

  test("lets nobody out of its folder, and serves neither hidden files nor what is no part of an app", async () => {
    const get = await served();
    const ways = [
      "/patient/..%2fsecret.txt",
      "/patient/%2e%2e/secret.txt",
      "/patient/..%5csecret.txt",
      "/patient/assets/..%2f..%2f..%2fsecret.txt",
      "/patient/.stamp",
      "/patient/notes.md",
      "/patient//etc/passwd",
      "/patient/assets/main-Ab12.js.gz",
    ];
    for (const way of ways) {
      const answer = await get(way);
      expect(answer.status).toBe(404);
      expect(await answer.text()).not.toMatch(/nobody's|not for anybody|root:/);
    }
  });

  test("may run and load its own things only", async () => {
    const get = await served();
    for (const path of ["/patient/", "/patient/sw.js", "/patient/icon.svg"]) {
      const policy = (await get(path)).headers.get("content-security-policy") ?? "";
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
    }
  });

  test("says so where a browser reads it, and not on every script of a page, which 2G would carry for nothing", async () => {
    const { headers } = await (await served())("/patient/assets/main-Ab12.js");
    expect([headers.get("content-security-policy"), headers.get("permissions-policy")]).toEqual([null, null]);
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });

  test("keeps what is named by its content for ever, and asks again for everything else", async () => {
    const get = await served();
    expect((await get("/patient/assets/main-Ab12.js")).headers.get("cache-control")).toBe(
      "public, max-age=31536000, immutable",
    );
    for (const path of ["", "index.html", "sw.js", "manifest.webmanifest", "icon.svg"])
      expect((await get(`/patient/${path}`)).headers.get("cache-control")).toBe("no-cache");
  });

  test("answers 304 without a body to whoever has the same already, however it was packed", async () => {
    const get = await served();
    const first = await get("/patient/sw.js");
    const etag = first.headers.get("etag") ?? "";
    for (const known of [etag, `"other", ${etag}`, etag.replace("W/", "")]) {
      const again = await get("/patient/sw.js", { "if-none-match": known, "accept-encoding": "gzip" });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      expect(again.headers.get("etag")).toBe(etag);
    }
    expect((await get("/patient/sw.js", { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("is sent as the build packed it: brotli where that is taken, else gzip, else as it is", async () => {
    const get = await served();
    const script = (accept: string) => get("/patient/assets/main-Ab12.js", { "accept-encoding": accept });
    expect((await script("gzip, br")).headers.get("content-encoding")).toBe("br");
    const gzip = await script("gzip, br;q=0");
    expect(gzip.headers.get("content-encoding")).toBe("gzip");
    expect(gunzipSync(Buffer.from(await gzip.arrayBuffer())).toString()).toBe(SCRIPT);
    const plain = await script("identity");
    expect([plain.headers.get("content-encoding"), await plain.text()]).toEqual([null, SCRIPT]);
    expect(plain.headers.get("vary")).toBe("accept-encoding");
  });

  test("tells with HEAD what GET would, without the body", async () => {
    const get = await served();
    const head = await get("/patient/", {}, "HEAD");
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("etag")).toBe((await get("/patient/")).headers.get("etag"));
  });
});
