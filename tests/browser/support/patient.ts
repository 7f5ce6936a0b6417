import type { Locator } from "playwright-core";
import { becomes } from "./becomes.ts";
import { Shell } from "./shell.ts";

/** The patient's app in the words of a patient. */
export class PatientApp extends Shell {
  async goTo(place: "Appointments" | "Find" | "Messages" | "More"): Promise<void> {
    await this.page
      .getByRole("navigation")
      .getByRole("link", { name: new RegExp(`^${place}`) })
      .click();
  }

  /** Says where she is, and looks at a doctor's free times; after this the phone knows them without a network. */
  async lookAtDoctor(doctor: string, near = "Lodwar"): Promise<void> {
    await this.goTo("Find");
    await this.page.getByRole("button", { name: "Change place" }).click();
    await this.page.getByLabel("Clinic or place").fill(near);
    await this.page.getByRole("button", { name: "Search" }).click();
    await this.page
      .getByRole("dialog")
      .getByRole("button", { name: new RegExp(`^${near} County Referral Hospital`) })
      .click();
    await this.chooseDoctor(doctor);
    await this.freeTimes().first().waitFor();
  }

  /** From the list of those nearby. */
  async chooseDoctor(doctor: string): Promise<void> {
    const inTheList = this.page.locator('[href^="#/doctor/"]');
    await this.page.getByRole("link", { name: doctor }).and(inTheList).click();
  }

  /** Those in the morning: the demo's own appointments are in the afternoon. */
  freeTimes(): Locator {
    return this.page.getByRole("group", { name: /Morning$/ }).getByRole("button", { name: /^Free / });
  }

  /** Asks for the free time at a place in the list, from 0; answers what she pressed: "Tue, 1 Dec, 09:20". */
  async ask(place: number, reason: string, person?: string): Promise<string> {
    const named = await this.tryToAsk(place, reason, person);
    await this.page.getByRole("heading", { name: "Appointment", exact: true }).waitFor();
    return named;
  }

  /** The same, whatever comes of it. */
  async tryToAsk(place: number, reason: string, person?: string): Promise<string> {
    const time = this.freeTimes().nth(place);
    const named = (await time.getAttribute("aria-label")) ?? "";
    await time.click();
    if (person !== undefined) await this.page.getByLabel(person).check();
    await this.page.getByLabel("Why do you come?").fill(reason);
    const kind = this.page.getByLabel("What kind of visit?");
    if ((await kind.count()) > 0) await kind.selectOption({ label: "Follow-up" });
    await this.page.getByRole("button", { name: "Ask for it" }).click();
    return named.replace(/^Free /, "");
  }

  /** Whether what she asked for was kept; false where it was said that the phone is full. */
  async wasKept(): Promise<boolean> {
    const kept = this.page.getByRole("heading", { name: "Appointment", exact: true });
    const full = this.page.getByText("This phone is full, so nothing could be kept");
    await kept.or(full).first().waitFor();
    return await kept.isVisible();
  }

  /** What is said of an appointment in the list: "Waiting to be sent", "Booked". */
  async certainty(time: string): Promise<string> {
    const line = this.page.getByRole("listitem").filter({ hasText: time });
    return await line.innerText();
  }

  async certaintyBecomes(time: string, wanted: string, timeout = 20_000): Promise<void> {
    await this.goTo("Appointments");
    await becomes(() => this.certainty(time), wanted, timeout);
  }

  async openAppointment(time: string): Promise<void> {
    await this.goTo("Appointments");
    await this.page.getByRole("link").filter({ hasText: time }).click();
  }

  async writeToDoctor(text: string): Promise<void> {
    await this.page.getByRole("link", { name: "Write to the doctor" }).click();
    await this.say(text);
  }

  async say(text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Message" }).fill(text);
    await this.page.getByRole("button", { name: "Send", exact: true }).click();
  }

  /** Chooses a language by what it calls itself. */
  async speak(language: string): Promise<void> {
    await this.page.evaluate(() => {
      location.hash = "#/more";
    });
    await this.page.getByRole("main").getByRole("combobox").first().selectOption({ label: language });
  }

  /** What the browser does by itself some time after a page was opened, and the app once a day. */
  async lookForRelease(): Promise<void> {
    await this.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      await registration?.update();
    });
  }

  /** Which release of the app runs here (see builds.ts). */
  async release(): Promise<string> {
    return (await this.page.locator("html").getAttribute("data-release")) ?? "1";
  }
}
