import type { Locator } from "playwright-core";
import { Shell } from "./shell.ts";

/** A PNG. */
const ONE_PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** The doctor's desk in the words of a doctor. */
export class DoctorApp extends Shell {
  async goTo(place: "Day" | "Week" | "Messages" | "Hours"): Promise<void> {
    await this.page
      .getByRole("navigation")
      .getByRole("link", { name: new RegExp(`^${place}`) })
      .click();
  }

  /** The conversation about somebody. */
  async openConversation(patient: string): Promise<void> {
    await this.goTo("Messages");
    await this.page.getByRole("link").filter({ hasText: patient }).click();
  }

  line(text: string): Locator {
    return this.page.getByRole("log").getByText(text);
  }

  async say(text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Write a message" }).fill(text);
    await this.page.getByRole("button", { name: "Send", exact: true }).click();
  }

  /** Has a photo go with the line that is begun. */
  async choosePhoto(name: string): Promise<void> {
    const buffer = Buffer.from(ONE_PIXEL, "base64");
    await this.page.locator('input[type="file"]').setInputFiles({ name, mimeType: "image/png", buffer });
    await this.chosenPhoto(name).waitFor();
  }

  chosenPhoto(name: string): Locator {
    return this.page.getByRole("list", { name: "Photos to be sent" }).getByText(name, { exact: true });
  }

  /** Writes into the notes of the conversation that is open; resolves when they are kept here. */
  async writeNote(text: string): Promise<void> {
    await this.page.getByRole("tab", { name: "Notes" }).click();
    await this.page.getByLabel("Findings").fill(text);
    await this.page.getByText(/stored at the server|kept here, waiting to be sent/).waitFor();
  }
}
