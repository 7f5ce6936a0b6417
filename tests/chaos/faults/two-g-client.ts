/** A program for tests of the line: asks a server so many times, one after another on one connection, and tells how long each answer took, in ms. */
import { Agent, get } from "node:http";
import { buffer } from "node:stream/consumers";

const [url = "", times = "1"] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function ask(): Promise<number> {
  const start = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  get(url, { agent }, (answer) => {
    buffer(answer).then(() => {
      resolve();
    }, reject);
  }).once("error", reject);
  await promise;
  return Math.round(performance.now() - start);
}

const took: number[] = [];
for (let left = Number(times); left > 0; left -= 1) took.push(await ask());
agent.destroy();
console.log(JSON.stringify(took));
