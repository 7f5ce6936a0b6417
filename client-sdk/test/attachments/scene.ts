import type { EntityId } from "@healthbridge/schema";
import { type Attachments, openAttachments } from "../../src/attachments/index.ts";
import { createLab, type Lab, type LabDevice, type LabOptions } from "../../src/testing/index.ts";

export const PASSWORD = "seven goats cross the river";

/** Two who talk, in a lab. */
export interface Scene extends AsyncDisposable {
  readonly lab: Lab;
  readonly desk: LabDevice;
  readonly doctor: LabDevice;
  readonly conversation: EntityId;
  /** opens attachments on a device; they send only when they are told to */
  open(device: LabDevice, more?: object): Promise<Attachments>;
}

/** A clinic's tablet and a doctor's phone with one appointment between them. */
export async function scene(options: LabOptions = {}): Promise<Scene> {
  const lab = createLab({ seed: 11, ...options });
  const { id, clinic } = lab.server.addDoctor();
  lab.server.addAccount({ login: "amina", password: PASSWORD, role: "staff", clinics: [clinic] });
  lab.server.addAccount({ login: "otieno", password: PASSWORD, role: "staff", clinics: [clinic] });
  lab.server.addAccount({ login: "achieng", password: PASSWORD, role: "doctor", doctor: id });
  const patient = lab.server.addPatient({ name: "Wanjiru", clinic });
  const desk = await lab.device({ login: "amina", follow: [`calendar:${id}`] });
  const doctor = await lab.device({ login: "achieng" });
  const booked = await desk.hb.book({ doctor: id, patient: patient.id, start: "2026-11-23T16:00+03:00" });
  await lab.time.run(desk.hb.sync());
  await lab.time.run(doctor.hb.sync());
  return {
    lab,
    desk,
    doctor,
    conversation: booked.id,
    open: (device, more = {}) => openAttachments({ ...device.open, autoUpload: false, ...more }),
    [Symbol.asyncDispose]: () => lab.close(),
  };
}

/** What a photo of a visit is attached as. */
export const photo = (conversation: EntityId) => ({ conversation, kind: "photo" }) as const;
