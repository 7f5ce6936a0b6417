import type { HealthBridge } from "@healthbridge/client-sdk";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { openApp } from "@healthbridge/example-design/shell";
import "@healthbridge/example-design/style.css";
import { ClinicApp } from "./app.tsx";
import "./clinic.css";
import { Begun } from "./logic/begun.ts";
import { BegunContext } from "./parts/use-begun.ts";
import { t, words } from "./words.ts";

/** The others' texts are still to be written. */
const LANGUAGES = ["en"] as const;

openApp<{ readonly hb: HealthBridge; readonly begun: Begun }>({
  app: "clinic",
  title: t("appTitle"),
  roles: ["staff"],
  words,
  languages: LANGUAGES,
  begin: async ({ hb, safe }) => ({ hb, begun: await Begun.open(safe.beside("drafts")) }),
  end: ({ begun }) => begun.close(),
  view: ({ hb, begun }) => (
    <HealthBridgeProvider hb={hb}>
      <BegunContext.Provider value={begun}>
        <ClinicApp />
      </BegunContext.Provider>
    </HealthBridgeProvider>
  ),
});
