import { HealthBridge, memoryDisk, memoryStore, platformRuntime } from "@healthbridge/client-sdk";
import { FakeServer } from "@healthbridge/client-sdk/testing";
import { describePatientWithPhone } from "./sdk-scenarios.ts";

/** The same as an app does with the real server, with the fake one that apps are tested with. */
const server = new FakeServer();
const doctor = server.addDoctor({ hours: { from: "08:00", to: "17:00" } });
const runtime = {
  ...platformRuntime(),
  fetch: (url: string, init: RequestInit) => server.fetch(new Request(url, init)),
};

describePatientWithPhone(() => ({
  doctor: doctor.id,
  url: "http://fake.test",
  open: (disk = memoryDisk()) =>
    HealthBridge.open({ url: "http://fake.test", store: memoryStore(disk), runtime, autoSync: false }),
}));
