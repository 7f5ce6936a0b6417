import { languageOf, type Used } from "@healthbridge/example-design/shell";
import { words } from "../words/words.ts";
import { Additions } from "./additions.ts";
import { deviceAround } from "./device.ts";
import { Memory } from "./memory.ts";
import type { PatientParts } from "./parts.ts";

export { App } from "./app.tsx";
export { words } from "../words/words.ts";

/** Opens what the app needs beside the SDK. */
export async function begin({ hb, store, safe }: Omit<Used<unknown>, "parts">): Promise<PatientParts> {
  const [around, memory] = await Promise.all([
    deviceAround(),
    Memory.open(safe.beside("memory")),
    // Where its texts cannot be had it speaks English.
    words.load(languageOf([document.documentElement.lang])).catch(() => undefined),
  ]);
  const additions = new Additions({
    ...around,
    hb,
    store,
    url: location.origin,
    openFiles: () => safe.beside("files"),
  });
  void additions.resume().catch(() => undefined); // locked again, or not to be fetched now: the next time
  return { memory, additions, budget: around.budget };
}

/** Closes it again: the app is locked, or she signs out. */
export async function end({ memory, additions }: PatientParts): Promise<void> {
  await additions.close();
  await memory.close();
}
