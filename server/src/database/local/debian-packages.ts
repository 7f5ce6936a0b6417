import { lastLines, runProgram } from "./run-program.ts";

const APT = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "-q", "-y"];

/** Whether packages are ours to install: a Debian, and root. */
export async function mayInstall(): Promise<boolean> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  return (await runProgram(["apt-get", "--version"])).code === 0;
}

/** Installs packages and what they cannot do without. Answers why that failed, or nothing. */
export async function installPackages(
  packages: readonly string[],
  say: (line: string) => void,
): Promise<string | undefined> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const command = [...APT, "install", "--no-install-recommends", ...packages];
  if ((await runProgram(command, { env })).code === 0) return undefined;
  say("The list of packages is missing or old: fetching it first.");
  const update = await runProgram([...APT, "update"], { env });
  const again = await runProgram(command, { env });
  if (again.code === 0) return undefined;
  return lastLines(update.code === 0 ? again.output : update.output);
}
