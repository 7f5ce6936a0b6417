import { until } from "../../setup/process.ts";

/** Waits until what is read says something; what it said last is told where it never does. */
export async function becomes(
  read: () => Promise<string | null>,
  wanted: string | RegExp,
  limitMs: number,
): Promise<void> {
  let said: string | null = null;
  const look = async (): Promise<boolean> => {
    said = await read();
    return said !== null && (typeof wanted === "string" ? said.includes(wanted) : wanted.test(said));
  };
  await until(`“${String(wanted)}”`, async () => (await look()) || undefined, limitMs).catch(
    (error: unknown) => {
      throw new Error(`It says “${said ?? ""}”, not “${String(wanted)}”`, { cause: error });
    },
  );
}
