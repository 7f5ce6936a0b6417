import { defineConfig } from "drizzle-kit";

/** `npm run migration`: drafts the SQL of a change to the tables; we read, correct and own it. */
export default defineConfig({
  dialect: "mysql",
  schema: "./schema/src/tables/index.ts",
  out: "./migrations",
});
