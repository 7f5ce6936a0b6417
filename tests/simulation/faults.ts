/** Every fault the simulation knows, with what it does in a few words; numbers as in the list of faults it was made from. */
export const FAULTS = {
  "cut-request": "the line breaks while a request is sent (4)",
  "cut-response": "the line breaks while an answer comes (1, 5, 10)",
  duplicate: "a request arrives twice at once (7)",
  echo: "a copy of a request arrives again, up to minutes later (7, 8)",
  delay: "a request is held back, and another overtakes it (8)",
  silence: "nobody answers, ever (26)",
  "captive-portal": "a login page answers instead of the server (22)",
  "bad-gateway": "a proxy answers with a page of its own (23)",
  busy: "429 and 503 with Retry-After, some of it absurd (24)",
  "2g": "300±100 ms, 5 % loss, 50 kbit/s, 1 % duplicates (35)",
  flap: "lines come and go",
  "commit-lost": "the database's line breaks at COMMIT, before or after it was applied (6)",
  "statement-lost": "the database's line breaks at any statement (3)",
  deadlock: "a statement is chosen as a deadlock's victim (28)",
  "lock-timeout": "a statement waits in vain for a lock (28)",
  "read-only": "the database refuses writes for a while (27)",
  "slow-database": "statements take their time, so that transactions interleave (28)",
  "database-kill": "kill -9 of the database (3)",
  "server-kill": "kill -9 of a server process, wherever it stands (1, 2)",
  "server-pause": "a server process stands still and goes on (33)",
  "server-restart": "a server process is drained and started anew (38)",
  "server-clock": "server processes disagree about the time (12)",
  "device-kill": "an app is killed in the middle and opened again (16)",
  "device-clock": "a device's clock is wrong by up to ten years, and jumps (11, 17)",
  "disk-full": "a device has no space left for a while (14)",
  "two-tabs": "two instances of the app on one device (17)",
  clone: "a device is copied with all it holds, and both go on (36)",
  "sign-out": "people sign out with work queued, others sign in on the same device (37)",
  revoke: "a device is revoked while it has work queued (37)",
  rights: "people lose a clinic and get it back while they work",
  "days-pass": "a device is off for days; tokens run out, jobs clear up (9)",
  poison: "an operation breaks whatever transaction it is in (19)",
  adversary: "somebody replays, forges, and reuses keys with other content",
  restore: "the server is set back to a backup (34)",
} as const;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES: readonly FaultName[] = Object.keys(FAULTS).filter(isFaultName);

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(FAULTS, text);
}
