/** Memory that the process has of the machine, bytes. */
export function residentBytes(): number {
  return process.memoryUsage.rss();
}
