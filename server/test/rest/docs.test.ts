import { expect, test } from "vitest";
import { docsRoutes } from "../../src/http/rest/docs/docs-routes.ts";

const app = docsRoutes();

test("the page loads nothing from elsewhere and runs nothing inline", async () => {
  const page = await app.request("/docs");
  const html = await page.text();
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
  expect(html).not.toMatch(/https?:|<script>|<style|\son[a-z]+=/);
  const targets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) => `/${target ?? ""}`);
  expect(targets.length).toBe(4);
  for (const target of [...targets, "/openapi.json"]) {
    const response = await app.request(target);
    expect([target, response.status]).toEqual([target, 200]);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100);
  }
});

test("serves four files by name, and no other of the disk", async () => {
  for (const path of [
    "/docs/swagger-initializer.js",
    "/docs/package.json",
    "/docs/../package.json",
    "/docs/%2e%2e%2fpackage.json",
  ]) {
    expect((await app.request(path)).status).toBe(404);
  }
});
