import { type Program, start, until } from "../../setup/process.ts";

const MAIN = "server/src/main.ts";

/** One server process as an operator runs it: killed, frozen and started again on the same port. */
export class ChaosServer {
  readonly name: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #lives: Program[] = [];
  #port = "0";
  #ready = false;
  #ending = false;

  constructor(name: string, env: Readonly<Record<string, string>>) {
    this.name = name;
    this.#env = env;
  }

  get port(): number {
    return Number(this.#port);
  }

  get pid(): number {
    return this.#life?.pid ?? 0;
  }

  get running(): boolean {
    return this.#life?.running() === true;
  }

  /** It ended by itself while it was in service, which no fault of ours explains. */
  get crashed(): boolean {
    return this.#ready && !this.running && !this.#ending;
  }

  get #life(): Program | undefined {
    return this.#lives.at(-1);
  }

  /** Resolves when it takes requests. A start that fails because the database is away is tried again, as an operator's supervisor does. */
  async start(preload: readonly string[] = []): Promise<void> {
    this.#ready = false;
    this.#ending = false;
    this.#port = await until("the server to be ready", async () => {
      if (this.running) return /Ready at http:\/\/[^:]+:(\d+)/.exec(this.#life?.said() ?? "")?.[1];
      this.#lives.push(start(MAIN, [], { ...this.#env, PORT: this.#port }, { preload }));
      return undefined;
    });
    this.#ready = true;
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#ending = true;
    this.#life?.kill("SIGKILL");
    await this.#life?.ended;
  }

  freeze(): void {
    this.#life?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#life?.kill("SIGCONT");
  }

  /** Shuts down in order. */
  async stop(): Promise<void> {
    this.#ending = true;
    this.thaw();
    this.#life?.kill("SIGTERM");
    await this.#life?.ended;
  }

  /** What it has said in all its lives. */
  said(): string {
    return this.#lives.map((life) => life.said()).join("\n");
  }
}

/** Opens an administrator's account, as an operator does on a server that is not in service yet; answers the password. */
export async function addAdministrator(
  env: Readonly<Record<string, string>>,
  login: string,
): Promise<string> {
  const program = start(MAIN, ["--add-administrator", login], env);
  await program.ended;
  const password = /told only now: (\S+)/.exec(program.said())?.[1];
  if (password === undefined) throw new Error(`No administrator was made:\n${program.said()}`);
  return password;
}
