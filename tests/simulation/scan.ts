import { planOf } from "./plan.ts";
import { runSeed } from "./run-seed.ts";
Reflect.set(globalThis, "CompressionStream", undefined);
const [from, to] = process.argv.slice(2).map(Number);
let cpu0 = process.cpuUsage();
let n = 0;
for (let seed = from ?? 1; seed <= (to ?? 10); seed += 1) {
  const before = process.cpuUsage();
  const r = await runSeed(planOf(seed));
  const d = process.cpuUsage(before);
  n += 1;
  const ms = Math.round((d.user + d.system) / 1000);
  if (r.violations.length > 0 || ms > 2500)
    console.log(
      seed,
      ms,
      "ms",
      r.plan.devices,
      r.plan.servers,
      r.plan.actions,
      r.plan.faults.join(","),
      "\n   ",
      r.violations
        .slice(0, 2)
        .map((v) => `${v.invariant} ${v.what}`.slice(0, 330))
        .join("\n    "),
    );
}
const d = process.cpuUsage(cpu0);
console.log("cpu per seed", (d.user + d.system) / 1000 / n);
