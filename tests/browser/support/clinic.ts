import { addDays } from "@healthbridge/schema";
import type { Locator } from "playwright-core";
import { becomes } from "./becomes.ts";
import { Shell } from "./shell.ts";

/** The clinic's app in the words of somebody at its desk. */
export class ClinicApp extends Shell {
  async goTo(place: "Day" | "Patients" | "For many" | "Day's end" | "More"): Promise<void> {
    await this.page
      .getByRole("navigation")
      .getByRole("link", { name: new RegExp(`^${place}(?!')`) })
      .click();
  }

  /** A card for somebody who is new. */
  async register(person: { readonly name: string; readonly phone?: string }): Promise<void> {
    await this.goTo("Patients");
    await this.page.getByLabel("Name", { exact: true }).fill(person.name);
    if (person.phone !== undefined) await this.page.getByLabel("Telephone").fill(person.phone);
    await this.page.getByRole("button", { name: "Register", exact: true }).click();
    await this.justRegistered(person.name).waitFor();
  }

  justRegistered(name: string): Locator {
    return this.page.getByRole("region", { name: "Just registered" }).getByRole("link", { name });
  }

  /** The sheets of a day some days from now, as the arrow leads there. */
  async goToDay(ahead: number): Promise<void> {
    await this.goTo("Day");
    const shown = this.page.getByRole("group", { name: "Which day" }).getByLabel("Which day");
    for (let day = 0; day < ahead; day += 1) {
      const next = addDays(await shown.inputValue(), 1);
      await this.page.getByRole("button", { name: "The day after" }).click();
      // What is looked at next is to be of that day, and the next step from it.
      await becomes(() => shown.inputValue(), next, 20_000);
    }
  }

  /** The sheets of a date, by its address. */
  async goToDate(date: string): Promise<void> {
    await this.goToHash(`#/day/${date}`);
  }

  async goToHash(hash: string): Promise<void> {
    await this.page.evaluate((to) => {
      location.hash = to;
    }, hash);
  }

  /** Free cells of a doctor's sheet. */
  freeCells(doctor: string): Locator {
    return this.page
      .getByRole("grid")
      .getByRole("button", { name: new RegExp(`^\\d\\d:\\d\\d, ${doctor}, Free`) });
  }

  /** Asks for a free time of a doctor for somebody who has a card; answers the time, "09:20". */
  async book(doctor: string, place: number, patient: string, reason: string): Promise<string> {
    const time = await this.beginToBook(doctor, place, patient);
    const dialog = this.page.getByRole("dialog");
    const kind = dialog.getByLabel("Kind of visit");
    if ((await kind.count()) > 0) await kind.selectOption({ index: 2 });
    await dialog.getByLabel(/^Reason/).fill(reason);
    await dialog.getByRole("button", { name: "Ask for this time" }).click();
    await dialog.waitFor({ state: "detached" });
    return time;
  }

  /** Opens a free time and says for whom; answers the time. */
  async beginToBook(doctor: string, place: number, patient: string): Promise<string> {
    const cell = this.freeCells(doctor).nth(place);
    const said = (await cell.textContent()) ?? "";
    await cell.click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "For whom" }).fill(patient);
    await dialog.getByRole("option", { name: patient }).first().click();
    return said.slice(0, 5);
  }

  /** What the sheet says at a time of a doctor's. */
  async cellBecomes(doctor: string, time: string, wanted: string | RegExp, timeout = 20_000): Promise<void> {
    const cell = this.page.getByRole("grid").getByRole("button", { name: new RegExp(`^${time}, ${doctor}`) });
    await becomes(() => cell.textContent(), wanted, timeout);
  }

  /** Whether what was just said covers a button that is scrolled as low as it can be pressed: close above the places. */
  async liesBelowWhatIsSaid(name: string): Promise<boolean> {
    const button = this.page.getByRole("button", { name, exact: true });
    await button.evaluate((element) => {
      scrollBy(0, element.getBoundingClientRect().bottom - innerHeight + 80);
    });
    const [low, said] = [await button.boundingBox(), await this.page.locator(".toast").boundingBox()];
    if (low === null || said === null) throw new Error("The button or what was said is gone.");
    return (
      said.x < low.x + low.width &&
      low.x < said.x + said.width &&
      said.y < low.y + low.height &&
      low.y < said.y + said.height
    );
  }
}
