import type { Page } from "playwright-core";
import { DEMO_ACCOUNTS } from "../../../server/src/demo/accounts.ts";
import type { App } from "./apps.ts";
import { becomes } from "./becomes.ts";

/** Whom the demo lets in, by app. */
export function accountFor(app: App): { readonly login: string; readonly password: string } {
  const role = app === "clinic" ? "staff" : app;
  const account = DEMO_ACCOUNTS.find((each) => each.role === role);
  if (account === undefined) throw new Error(`The demo has no account for ${app}.`);
  return account;
}

/** As long as one may be: no stretch of digits on a disk is the same by chance. */
export const PIN = "739204618502";

/** What every app shows before itself and around itself, in the words of whoever uses it. */
export class Shell {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The first time on a device: name, password, a PIN twice, and in. */
  async enter(app: App, pin: string = PIN): Promise<void> {
    await this.signIn(accountFor(app));
    await this.choosePin(pin);
    await this.isIn();
  }

  async signIn({ login, password }: { readonly login: string; readonly password: string }): Promise<void> {
    await this.page.getByLabel("User name").fill(login);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
  }

  async choosePin(pin: string): Promise<void> {
    for (const label of ["New PIN", "The same PIN again"]) {
      await this.page.getByLabel(label).fill(pin);
      await this.page.getByRole("button", { name: "Done" }).click();
    }
  }

  /** On the lock screen of the only person here, or of the one who was chosen. */
  async unlock(pin: string = PIN): Promise<void> {
    await this.typePin(pin);
    await this.isIn();
  }

  async typePin(pin: string = PIN): Promise<void> {
    await this.page.getByLabel(/^PIN of /).fill(pin);
    await this.page.getByRole("button", { name: "Done" }).click();
  }

  /** From somebody's lock screen to the sign-in of whoever is new here. */
  async somebodyNew(): Promise<void> {
    await this.page.getByRole("button", { name: "Somebody else" }).click();
    await this.page.getByRole("heading", { name: "Who are you?" }).waitFor();
    await this.page.getByRole("button", { name: "Somebody else" }).click();
  }

  /** Whoever was signed out, once her PIN has opened what is hers. */
  async signInAgain(app: App): Promise<void> {
    await this.page.getByRole("heading", { name: "Sign in again" }).waitFor();
    // Whose it is is known: only the password is asked for.
    await this.page.getByLabel("Password", { exact: true }).fill(accountFor(app).password);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await this.isIn();
  }

  /** The app itself is there. */
  async isIn(): Promise<void> {
    await this.page.getByRole("navigation").first().waitFor();
  }

  /** How things stand with the server, as the line below the heading says it. */
  async status(): Promise<string> {
    return await this.page.getByRole("banner").getByRole("status").innerText();
  }

  async statusBecomes(wanted: string | RegExp, timeout = 20_000): Promise<void> {
    await becomes(() => this.status(), wanted, timeout);
  }

  /** Until it is noted outside of IndexedDB, a moment after it was kept, how many things wait: nothing more is known once the browser has emptied that. */
  async notedBecomes(waiting: number): Promise<void> {
    await this.page.waitForFunction(
      (wanted) =>
        Object.entries(localStorage).some(
          ([key, value]) =>
            key.startsWith("healthbridge:kept:") && new RegExp(`"waiting":${String(wanted)}\\b`).test(value),
        ),
      waiting,
    );
  }

  /** Who is in: language, lock, sign out. */
  async openMenu(login: string): Promise<void> {
    await this.page.getByRole("button", { name: login, exact: true }).click();
  }

  async lock(login: string): Promise<void> {
    await this.openMenu(login);
    await this.page.getByRole("button", { name: "Lock now" }).click();
    // The lock screen, or who of several is there.
    await this.page.getByRole("navigation").first().waitFor({ state: "detached" });
  }

  /** Signs out, once it was said what becomes of what waits. */
  async signOut(said: string): Promise<void> {
    await this.openMenu("patient");
    await this.page.getByRole("button", { name: "Sign out" }).click();
    const dialog = this.page.getByRole("dialog", { name: "Sign out" });
    await dialog.getByText(said).waitFor();
    await dialog.getByRole("button", { name: "Sign out" }).click();
  }
}
