import { openChat } from "@healthbridge/client-sdk/chat";
import { createLab, type Lab, type LabDevice } from "@healthbridge/client-sdk/testing";
import { PlainFace } from "../../src/plain-face.ts";
import { ScreenFace } from "../../src/screen-face.ts";
import { Talk } from "../../src/talk.ts";
import type { Terminal } from "../../src/terminal.ts";
import { type Person, person } from "./person.ts";

export const PASSWORD = "seven goats cross the river";

/** One who talks: her device, her terminal. */
export interface Talker extends Person {
  readonly device: LabDevice;
  readonly talk: Talk;
}

/** A clinic's desk and a doctor elsewhere with two appointments between them, in a lab where time stands still. */
export interface Scene extends AsyncDisposable {
  readonly lab: Lab;
  readonly desk: Talker;
  readonly doctor: Talker;
  /** Lets both sync until nothing is left to say. */
  settle(): Promise<void>;
  /** Opens another terminal on a device, as after a restart. */
  again(device: LabDevice, more?: Partial<Terminal>): Promise<Talker>;
}

export async function openScene(more: Partial<Terminal> = {}): Promise<Scene> {
  const lab = createLab({ seed: 11 });
  const { id } = lab.server.addDoctor({ name: "Dr Jane Achieng" });
  const { id: clinic } = lab.server.addClinic({ name: "A dispensary that keeps the cards" });
  lab.server.addAccount({
    login: "amina",
    password: PASSWORD,
    role: "staff",
    clinics: [clinic],
    name: "Amina",
  });
  lab.server.addAccount({ login: "achieng", password: PASSWORD, role: "doctor", doctor: id });
  for (const [name, at] of [
    ["Wanjiru Kamau", "15:00"],
    ["Otieno Ouma", "16:00"],
  ] as const) {
    const patient = lab.server.addPatient({ name, clinic });
    lab.server.bookElsewhere({ doctor: id, patient: patient.id, start: `2026-11-23T${at}+03:00` });
  }
  const again: Scene["again"] = async (device, each = more) => {
    const who = person(each);
    const chat = await openChat(device.open);
    const face = who.terminal.interactive ? new ScreenFace(who.terminal) : new PlainFace(who.terminal);
    return { ...who, device, talk: new Talk(device.hb, chat, face) };
  };
  const desk = await again(await lab.device({ login: "amina" }));
  const doctor = await again(await lab.device({ login: "achieng" }));
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 3; round++) {
      for (const { device } of [desk, doctor]) {
        await lab.time.run(device.hb.sync());
        await turn();
        await lab.time.settle();
      }
    }
  };
  await settle();
  for (const { said } of [desk, doctor]) said.length = 0;
  return {
    lab,
    desk,
    doctor,
    again,
    settle,
    async [Symbol.asyncDispose]() {
      desk.talk.end();
      doctor.talk.end();
      await lab.close();
    },
  };
}
