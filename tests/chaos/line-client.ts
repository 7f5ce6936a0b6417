/**
 * A device for the 2G line, in two processes: one queues a day's work at a desk with a network, the other sends it over the line.
 *
 *   node --conditions=@healthbridge/source tests/chaos/line-client.ts <order as JSON>
 */
import { type EnqueueItem, HealthBridge } from "@healthbridge/client-sdk";
import { sqliteStore } from "@healthbridge/client-sdk/node";
import { seededRandom } from "@healthbridge/client-sdk/testing";
import type { AccountToSignIn } from "./scene.ts";

export interface LineOrder {
  readonly do: "queue" | "send";
  readonly url: string;
  readonly store: string;
  readonly tenant: string;
  readonly account: AccountToSignIn;
  /** operations to queue */
  readonly count: number;
}

/** What sending came to. */
export interface SentOverLine {
  readonly ms: number;
  readonly done: boolean;
  readonly applied: number;
  readonly rejected: number;
  readonly waiting: number;
}

const FIRST_NAMES =
  "Wanjiru Achieng Otieno Kamau Njeri Mutua Baraka Zawadi Akinyi Kiprop Chebet Mumbi Faraja Hassan Halima".split(
    " ",
  );
const LAST_NAMES =
  "Mwangi Odhiambo Kilonzo Cheruiyot Wambua Ouma Njoroge Abdi Ekai Lokwang Kariuki Musyoka Barasa Simiyu".split(
    " ",
  );
const REASONS = [
  "fever for three days",
  "cough",
  "antenatal visit",
  "wound on the foot",
  "vaccination",
  "headache and rash",
];

const order = JSON.parse(process.argv[2] ?? "") as LineOrder;
const hb = await HealthBridge.open({
  url: order.url,
  store: sqliteStore(order.store),
  tenant: order.tenant,
  deviceName: "tablet on 2G",
  autoSync: false,
});
if (order.do === "queue") await queue();
else console.log(JSON.stringify(await send()));
await hb.close();

/** Registers patients and books for each, as a clinic does all day without a network. */
async function queue(): Promise<void> {
  const { login, password, clinic = "", follows } = order.account;
  const random = seededRandom("a clinic's day");
  await hb.signIn({ login, password });
  await hb.follow(...follows.map((doctor) => `calendar:${doctor}`));
  await hb.sync();
  const items = Array.from({ length: order.count / 2 }, (_, at): readonly EnqueueItem[] => [
    {
      type: "patient.register",
      input: {
        name: `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`,
        clinic,
        born: `${random.between(1940, 2024)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`,
        phone: `+2547${random.between(10_000_000, 99_999_999)}`,
        cardNumber: `K-${random.between(10_000, 99_999)}`,
      },
    },
    {
      type: "appointment.book",
      input: (earlier) => ({
        doctor: follows[at % follows.length] ?? "",
        patient: earlier[2 * at] ?? "",
        start: startOf(at),
        reason: random.pick(REASONS),
      }),
    },
  ]).flat();
  await hb.enqueueMany(items);
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** Every ten minutes from the day after tomorrow on. */
function startOf(at: number): string {
  const instant = Math.ceil(Date.now() / 86_400_000 + 2) * 86_400_000 + at * 600_000;
  return `${new Date(instant).toISOString().slice(0, 16)}+03:00`;
}

async function send(): Promise<SentOverLine> {
  const began = performance.now();
  const { done, applied, rejected, waiting } = await hb.sync({ until: "settled", tryFor: 120_000 });
  return { ms: Math.round(performance.now() - began), done, applied, rejected, waiting };
}
