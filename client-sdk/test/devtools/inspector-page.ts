import { inspectable, openInspector } from "@healthbridge/client-sdk/devtools";
import { HealthBridge, memoryDisk, memoryStore } from "@healthbridge/client-sdk";
import { createLab } from "@healthbridge/client-sdk/testing";

/** In a browser: a device with something on each page of the inspector. */

const PASSWORD = "seven goats cross the river";
const refused: string[] = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
  refused.push(`${violatedDirective} ${blockedURI}`);
});

export async function start(): Promise<void> {
  const lab = createLab({ seed: 4 });
  const { id: doctor, clinic } = lab.server.addDoctor({ name: "Dr Achieng Otieno" });
  lab.server.addAccount({
    login: "amina",
    password: PASSWORD,
    role: "staff",
    clinics: [clinic],
    name: "Amina",
  });
  const { id: patient } = lab.server.addPatient({ name: "Wanjiru Kamau", clinic });
  const tab = await lab.device();
  const { url, runtime: line } = tab.open;
  const runtime = inspectable(line);
  const store = memoryStore(memoryDisk());
  const hb = await HealthBridge.open({ url, store, runtime, autoSync: false });
  await lab.time.run(hb.signIn({ login: "amina", password: PASSWORD }));
  await hb.follow("directory", `calendar:${doctor}`);
  await lab.time.run(hb.sync());
  const start = (time: string): string => `2026-11-23T${time}+03:00`;
  await hb.book({ doctor, patient, start: start("16:00") });
  await hb.book({ doctor, patient, start: start("16:00") }); // refused: it is hers already
  await lab.time.run(hb.sync());
  runtime.setLine("offline");
  const { id } = await hb.registerPatient({ name: "Otieno Ouma", clinic, phone: "+254712345678" });
  await hb.book({ doctor, patient: id, start: start("15:00"), ifTaken: [{ wish: "sameDay" }] });
  await hb.updatePatient({ patient: id, name: "Otieno Ouma Junior" }, { lane: "bulk", after: [id] });
  await lab.time.run(hb.sync());

  const button = document.querySelector("button");
  const open = (): void => void openInspector(hb, { store, runtime });
  button?.addEventListener("click", open);
  Object.assign(globalThis, {
    inspectorPage: {
      refused,
      lineIs: () => runtime.line.get(),
      waiting: () => hb.waiting().length,
      register: async (name: string) => {
        await hb.registerPatient({ name, clinic });
      },
      sync: async () => {
        await lab.time.run(hb.sync());
      },
      openAndClose: () => openInspector(hb)(),
      openWithout: () => void openInspector(hb),
      session: async () => JSON.stringify(await store.transaction("read", (tx) => tx.get("meta", "session"))),
    },
  });
}

await start();
document.documentElement.dataset["ready"] = "";
