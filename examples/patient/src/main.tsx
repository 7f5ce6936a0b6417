import "@healthbridge/example-design/style.css";
import "./app.css";
import { openApp } from "@healthbridge/example-design/shell";
import type * as Inside from "./app/inside.tsx";
import { openDevice } from "./app/device.ts";
import type { PatientParts } from "./app/parts.ts";
import { doorWords } from "./words/door.ts";
import { Newcomer } from "./parts/newcomer.tsx";

/** The app behind the door: fetched when somebody comes in. */
let inside: Promise<typeof Inside> | undefined;

openApp<{ readonly it: typeof Inside; readonly parts: PatientParts }>({
  app: "patient",
  title: "HealthBridge",
  roles: ["patient"],
  words: {
    async load(language) {
      await doorWords.load(language);
      await (await inside)?.words.load(language);
    },
  },
  open: openDevice,
  newcomer: (signIn) => <Newcomer onSignIn={signIn} />,
  async begin(used) {
    inside ??= import("./app/inside.tsx");
    const it = await inside;
    return { it, parts: await it.begin(used) };
  },
  end: ({ it, parts }) => it.end(parts),
  view: ({ it, parts }) => <it.App parts={parts} />,
});
