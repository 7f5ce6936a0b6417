import type { EntityId } from "@healthbridge/schema";
import type { HealthBridge } from "../../../src/index.ts";
import { createLab, type Lab, type LabDevice } from "../../../src/testing/index.ts";

export const PASSWORD = "seven goats cross the river";

/** Where the clinic is. */
export const HERE = { lat: -2.41, lng: 37.96 };

/** A clinic's tablet on which Amina is signed in, and what it holds. */
export interface Clinic extends AsyncDisposable {
  readonly lab: Lab;
  readonly desk: LabDevice;
  readonly hb: HealthBridge;
  readonly clinic: EntityId;
  readonly doctor: EntityId;
  readonly patient: EntityId;
  /** Lets the tablet exchange with the server. */
  sync(): Promise<void>;
}

export async function openClinic(): Promise<Clinic> {
  const lab = createLab({ seed: 3 });
  const { id: clinic } = lab.server.addClinic({ name: "Kibwezi", ...HERE });
  const { id: doctor } = lab.server.addDoctor({ name: "Dr Achieng", clinic });
  for (const login of ["amina", "baraka"])
    lab.server.addAccount({ login, password: PASSWORD, role: "staff", clinics: [clinic] });
  const { id: patient } = lab.server.addPatient({ name: "Wanjiru", clinic });
  const desk = await lab.device({
    login: "amina",
    follow: ["directory", `calendar:${doctor}`],
    autoSync: false,
  });
  return {
    lab,
    desk,
    hb: desk.hb,
    clinic,
    doctor,
    patient,
    sync: async () => {
      await lab.time.run(desk.hb.sync());
      await lab.time.settle();
    },
    [Symbol.asyncDispose]: () => lab.close(),
  };
}
