import { DEMO_KEY_ID, MAKE_A_KEY } from "../accounts/signing-keys.ts";
import { noticeFaults } from "./notice-settings.ts";
import type { Setting } from "./setting.ts";
import { SETTINGS, type Settings } from "./settings.ts";

/** What the server is started with. */
export interface Config extends Settings {
  /** `--demo`: seeded data, keys of its own, open registration */
  readonly demo: boolean;
}

/** A wrong value: which, what it should be, and sometimes why it is not. */
export interface ConfigFault {
  readonly name: string;
  readonly expected: string;
  readonly why?: string;
}

/** Every wrong value of an environment, all at once. Never quotes a value: it could be a secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(faultLine).join("\n"));
    this.faults = faults;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment. An empty text counts as not set.
 *
 * @throws ConfigError
 */
export function readConfig(environment: Environment, options: { readonly demo?: boolean } = {}): Config {
  const demo = options.demo ?? false;
  const faults: ConfigFault[] = [...misspelt(environment)];
  const values: Record<string, unknown> = {};
  for (const [key, one] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const raw = environment[one.name];
    const parsed = one.read.safeParse(raw === "" ? undefined : raw);
    if (parsed.success) values[key] = parsed.data;
    else faults.push({ name: one.name, expected: one.expected, ...reason(parsed.error.issues) });
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every key was read by its own setting
  const settings = values as Settings;
  faults.push(...missing(settings, faults, demo), ...contradictions(settings, faults));
  // The demo sends nothing: it needs nothing to send with.
  if (!demo)
    faults.push(...noticeFaults(settings).filter(({ name }) => !faults.some((each) => each.name === name)));
  if (faults.length > 0) throw new ConfigError(faults);
  const openRegistration = demo && !isSet(environment, "openRegistration") ? true : settings.openRegistration;
  return { ...settings, openRegistration, demo };
}

function isSet(environment: Environment, key: keyof typeof SETTINGS): boolean {
  return (environment[SETTINGS[key].name] ?? "") !== "";
}

/** A name of ours that we do not know is a typing error: the operator would believe that it counts. */
function misspelt(environment: Environment): readonly ConfigFault[] {
  const known = new Set<string>(Object.values(SETTINGS).map(({ name }) => name));
  return Object.keys(environment)
    .filter((name) => name.startsWith("HEALTHBRIDGE_") && !known.has(name))
    .map((name) => ({ name, expected: "a setting that exists; see --help" }));
}

function missing(settings: Settings, faults: readonly ConfigFault[], demo: boolean): readonly ConfigFault[] {
  const { name } = SETTINGS.keys;
  if (demo || faults.some((fault) => fault.name === name)) return [];
  if (settings.keys === undefined) return [{ name, expected: `a key; make one with: ${MAKE_A_KEY}` }];
  if (settings.keys.some(({ id }) => id === DEMO_KEY_ID)) {
    return [{ name, expected: `a key that is not the demo's; make one with: ${MAKE_A_KEY}` }];
  }
  return [];
}

/** Values that are good alone, but not together. */
function contradictions(settings: Settings, faults: readonly ConfigFault[]): readonly ConfigFault[] {
  const { auditDays, sessionDays, turnUrls, turnSecret } = SETTINGS;
  const audit = auditFault(settings);
  const isRead = (...names: readonly string[]): boolean => !faults.some(({ name }) => names.includes(name));
  const found: ConfigFault[] = [];
  if (isRead(auditDays.name, sessionDays.name) && audit !== undefined) found.push(audit);
  const hasRelays = isRead(turnUrls.name) && settings.turnUrls.length > 0;
  if (isRead(turnUrls.name, turnSecret.name) && hasRelays !== (settings.turnSecret !== undefined)) {
    const { name, expected } = hasRelays ? turnSecret : turnUrls;
    found.push({ name, expected });
  }
  return found;
}

/** The audit trail must last as long as a session: else what a device has yet to hear of is cleared away. */
export function auditFault(kept: Pick<Settings, "auditDays" | "sessionDays">): ConfigFault | undefined {
  const { auditDays, sessionDays } = SETTINGS;
  return kept.auditDays < kept.sessionDays
    ? { name: auditDays.name, expected: `no fewer days than ${sessionDays.name}` }
    : undefined;
}

/** Only our own reasons: zod's texts may quote the value. */
function reason(issues: readonly { readonly code: string; readonly message: string }[]): { why?: string } {
  const own = issues.find(({ code, message }) => code === "custom" && message !== "Invalid input");
  return own === undefined ? {} : { why: own.message };
}

function faultLine({ name, expected, why }: ConfigFault): string {
  return `${name}: expected ${expected}${why === undefined ? "" : ` (${why})`}`;
}
