import { seededRandom } from "@healthbridge/client-sdk/testing";
import { join } from "node:path";
import { until } from "../setup/process.ts";
import { storiesOf } from "./checker/story.ts";
import { type DeviceLine, readLines } from "./history.ts";
import type { House } from "./house/house.ts";

/** So many of a hundred old operations are sent again. */
const REPLAYED_PERCENT = 1;
const LEAST_REPLAYED = 3;

/** Has every device send some of its settled operations again, past the SDK; the answers go into the histories. */
export async function replayOld(house: House, seed: number): Promise<void> {
  const random = seededRandom(seed).fork("replay");
  for (const client of house.clients) {
    const operations = client.devices.flatMap(({ name }) => {
      const lines = readLines<DeviceLine>(join(house.folder, `${name}.jsonl`));
      const all = [...storiesOf({ devices: [{ name, lines, view: undefined }] }).values()];
      const settled = all.filter(({ told }) => told.length > 0);
      const count = Math.max(LEAST_REPLAYED, Math.ceil((settled.length * REPLAYED_PERCENT) / 100));
      return Array.from({ length: Math.min(count, settled.length) }, () => random.pick(settled)).map(
        ({ id, operation }) => {
          const { type, input, after } = operation;
          return {
            device: name,
            id,
            wire: { type, input, madeAt: 0, ...(after === undefined ? {} : { after }) },
          };
        },
      );
    });
    client.tell({ do: "replay", operations });
  }
  await until("old operations to be answered", () => house.clients.every((client) => client.has("replayed")));
}
