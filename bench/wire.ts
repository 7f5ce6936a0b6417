import { HealthBridge, memoryStore } from "@healthbridge/client-sdk";
import { measureMissedLines, MISSED, type MissedLines } from "./chat/missed-lines.ts";
import { openCountingProxy, type CountingProxy, type WireBytes } from "./counting-proxy.ts";
import { openDoctors, openPatients, type Stage } from "./stage.ts";

/** What `bench wire` finds, in bytes. */
export interface WireResult {
  readonly nothingChanged: { readonly "100": WireBytes; readonly "10000": WireBytes };
  readonly oneBooking: WireBytes;
  readonly hundredBookings: WireBytes;
  /** a phone comes back to a conversation that went on without it */
  readonly missedLines: MissedLines;
}

/** What `docs/protocol.md` promises of bytes. */
const LIMITS = {
  nothing: 120,
  oneBooking: 350,
  hundredEach: 80,
  requestHead: 500,
  responseHead: 350,
  missed: 3_000,
};

/** Measures the SDK against a real server through a proxy that counts: a device of a clinic's staff that follows its own feed, the clinic's and a doctor's calendar. */
export async function measureWire(stage: Stage): Promise<WireResult> {
  stage.say("Setting the scene: two clinics, one with 100 patients, one with 10,000 …");
  const starts = await openDoctors(stage, 5, 14);
  const [small = "", large = ""] = await stage.asSystem(
    ["Small", "Large"].map((name) => ({ type: "clinic.register", input: { name, zone: "Africa/Nairobi" } })),
  );
  const few = await openPatients(stage, 100, small);
  await openPatients(stage, 10_000, large);
  await using proxy = await openCountingProxy(stage.url);
  const doctors = [...new Set(starts.map(({ doctor }) => doctor))];
  const holdingMany = await openDevice(stage, proxy, large, doctors);
  const nothingOfMany = await count(proxy, () => holdingMany.sync());
  await holdingMany.close();
  const device = await openDevice(stage, proxy, small, doctors);
  const nothingOfFew = await count(proxy, () => device.sync());
  const free = starts[Symbol.iterator]();
  const book = (patient: string | undefined) => {
    const next = free.next();
    if (next.done === true || patient === undefined) throw new Error("the bench ran out of free slots");
    return { type: "appointment.book" as const, input: { ...next.value, patient } };
  };
  const oneBooking = await count(proxy, async () => {
    await device.enqueueMany([book(few[50])]);
    await device.sync();
  });
  const hundredBookings = await count(proxy, async () => {
    await device.enqueueMany(few.map((patient) => book(patient)));
    await device.sync();
  });
  const rejected = (await device.outcomes()).filter(({ status }) => status === "rejected");
  if (rejected.length > 0)
    throw new Error(`${rejected.length} bookings were rejected: ${JSON.stringify(rejected[0])}`);
  await device.close();
  const missedLines = await measureMissedLines(stage, proxy);
  const nothingChanged = { "100": nothingOfFew, "10000": nothingOfMany };
  return { nothingChanged, oneBooking, hundredBookings, missedLines };
}

/** What is over the limits of the design, in words. */
export function wireFaults({
  nothingChanged,
  oneBooking,
  hundredBookings,
  missedLines,
}: WireResult): readonly string[] {
  const faults: string[] = [];
  const check = (what: string, bytes: number, limit: number) => {
    if (bytes > limit) faults.push(`${what}: ${bytes} of ${limit} bytes`);
  };
  for (const [held, bytes] of Object.entries(nothingChanged)) {
    check(`nothing changed, ${held} held, up`, bytes.up, LIMITS.nothing);
    check(`nothing changed, ${held} held, down`, bytes.down, LIMITS.nothing);
    check(`request head, ${held} held`, bytes.upHead, LIMITS.requestHead);
    check(`response head, ${held} held`, bytes.downHead, LIMITS.responseHead);
  }
  check("one booking, both bodies", oneBooking.up + oneBooking.down, LIMITS.oneBooking);
  check(
    "a hundred bookings, everything",
    hundredBookings.up + hundredBookings.down + hundredBookings.upHead + hundredBookings.downHead,
    100 * LIMITS.hundredEach,
  );
  const { lines, roundTrips, up, down, upHead, downHead } = missedLines;
  check(`${MISSED} missed lines, everything`, up + down + upHead + downHead, LIMITS.missed);
  if (lines !== MISSED || roundTrips !== 1)
    faults.push(`${lines} of ${MISSED} missed lines came in ${roundTrips} round trips`);
  return faults;
}

async function openDevice(
  stage: Stage,
  proxy: CountingProxy,
  clinic: string,
  doctors: readonly string[],
): Promise<HealthBridge> {
  const { login, password } = await stage.staff(clinic);
  const device = await HealthBridge.open({
    url: proxy.url,
    store: memoryStore(),
    tenant: stage.tenant,
    deviceName: "bench",
    autoSync: false,
  });
  await device.signIn({ login, password });
  await device.follow(...doctors.map((doctor) => `calendar:${doctor}` as const));
  await device.sync();
  await device.sync();
  return device;
}

/** Bytes of one exchange; more than one request for it would be a defect of the SDK, and is counted too. */
async function count(proxy: CountingProxy, work: () => Promise<unknown>): Promise<WireBytes> {
  proxy.take();
  const before = proxy.requests;
  await work();
  const bytes = proxy.take();
  if (proxy.requests === before) throw new Error("nothing was sent");
  return bytes;
}
