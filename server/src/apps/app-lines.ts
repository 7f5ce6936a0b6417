import type { Role } from "@healthbridge/schema";
import type { Config } from "../config/config.ts";
import { DEMO_ACCOUNTS } from "../demo/accounts.ts";
import { type AppName, foundApps } from "./found-apps.ts";

/** Whose app it is, and what it is for. */
export const APP_WORDS: Readonly<
  Record<AppName, { readonly role: Role; readonly title: string; readonly lead: string }>
> = {
  patient: {
    role: "patient",
    title: "Patient",
    lead: "Find a doctor near you, book, chat. Made for a phone on a thin line.",
  },
  clinic: {
    role: "staff",
    title: "Clinic",
    lead: "Register patients and book for them all day, with or without a network.",
  },
  doctor: {
    role: "doctor",
    title: "Doctor's desk",
    lead: "The day and the week, opening hours, conversations beside shared notes.",
  },
};

/** Where the apps are, for whoever starts the server; in the demo, with whom to sign in. */
export function appLines(config: Pick<Config, "apps" | "demo">, url: string): readonly string[] {
  const apps = foundApps(config);
  if (apps.length === 0) return config.demo ? ["The apps are not built: npm start builds them."] : [];
  const rows = apps.map(({ name }) => ({ address: `${url}/${name}/`, ...demoAccount(name) }));
  const widest = Math.max(...rows.map(({ address }) => address.length));
  return rows.map(({ address, login, password }) =>
    config.demo ? `  ${address.padEnd(widest)}   sign in as ${login}, ${password}` : `  ${address}`,
  );
}

/** Whom one signs in as to try an app. */
export function demoAccount(app: AppName): { readonly login: string; readonly password: string } {
  const account = DEMO_ACCOUNTS.find(({ role }) => role === APP_WORDS[app].role);
  return { login: account?.login ?? "", password: account?.password ?? "" };
}
