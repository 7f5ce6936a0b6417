import type { HealthBridge } from "@healthbridge/client-sdk";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { openApp } from "@healthbridge/example-design/shell";
import "@healthbridge/example-design/style.css";
import { ClinicApp } from "./app.tsx";
import "./clinic.css";
import { t, words } from "./words.ts";

/** The others' texts are still to be written. */
const LANGUAGES = ["en"] as const;

openApp<{ readonly hb: HealthBridge }>({
  app: "clinic",
  title: t("appTitle"),
  roles: ["staff"],
  words,
  languages: LANGUAGES,
  begin: ({ hb }) => Promise.resolve({ hb }),
  end: () => Promise.resolve(),
  view: ({ hb }) => (
    <HealthBridgeProvider hb={hb}>
      <ClinicApp />
    </HealthBridgeProvider>
  ),
});
