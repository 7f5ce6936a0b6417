/**
 * Loaded before a server: measures the longest stretch that its main thread computed without a turn of the event loop, in its own CPU time, so that it counts what the
 * server does and not what else runs on the machine; and beside it how late the loop came by the clock. Asked by a message, it answers and begins anew.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

const EVERY_MS = 2;
const US_PER_MS = 1_000;
const NS_PER_MS = 1_000_000;

const delay = monitorEventLoopDelay({ resolution: EVERY_MS });
delay.enable();
let longest = 0;
let before = process.threadCpuUsage();

setInterval(() => {
  const { user, system } = process.threadCpuUsage(before);
  longest = Math.max(longest, (user + system) / US_PER_MS);
  before = process.threadCpuUsage();
}, EVERY_MS).unref();

process.on("message", () => {
  process.send?.({ longestMs: longest, lateMs: delay.max / NS_PER_MS });
  longest = 0;
  delay.reset();
});
