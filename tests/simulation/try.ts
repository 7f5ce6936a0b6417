import { planOf } from "./plan.ts";
import { runSeed } from "./run-seed.ts";
Reflect.set(globalThis, "CompressionStream", undefined);
const began = performance.now();
const verbose = process.argv[3] === "-v";
const result = await runSeed(
  planOf(Number(process.argv[2] ?? 1), process.argv[4] === undefined ? {} : { faults: [] }),
  verbose ? (line) => console.log(line.slice(0, 400)) : undefined,
);
console.log(JSON.stringify(result, null, 1), performance.now() - began);
