/**
 * For tests of apps and of stores: a lab in which time stands still, networks are bad and devices are killed, with a server that has the real decisions; its
 * parts on their own; and the suite that every store has to pass. Needs no test runner of a certain kind, no network and no files.
 *
 * @packageDocumentation
 */
export { storeConformance, type StoreUnderTest, type TestFunctions } from "./store-conformance.ts";
export { seededRandom, type SeededRandom } from "./seeded-random.ts";
export {
  type LineConditions,
  type NetworkFault,
  type RequestOnLine,
  type ReadAnswer,
  SimulatedNetwork,
  type SimulatedNetworkOptions,
} from "./simulated-network.ts";
export { VirtualTime } from "./virtual-time.ts";
export {
  type Backup,
  FakeServer,
  type FakeServerOptions,
  type NewAccount,
  type NewDoctor,
} from "./fake-server/fake-server.ts";
export type { DeviceDisk, LabDevice } from "./lab/device.ts";
export { createLab, type DeviceOptions, type Lab, type LabOptions } from "./lab/lab.ts";
export type {
  DeviceNetwork,
  NetworkControls,
  NetworkOptions,
  NetworkPreset,
  PortalStatus,
} from "./lab/network.ts";
