import type { HealthBridge, Store } from "@healthbridge/client-sdk";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import type { Line } from "@healthbridge/client-sdk/realtime";
import { openApp, useShell } from "@healthbridge/example-design/shell";
import type { VNode } from "preact";
import { App } from "./app.tsx";
import { closeDesk, type Desk, openDesk } from "./desk.ts";
import { DeskContext } from "./shared/desk-context.ts";
import { words } from "./words/words.ts";

/** The others' texts are still to be written. */
const LANGUAGES = ["en"] as const;

/** The socket of each open device. */
const lines = new WeakMap<HealthBridge, Line>();

/** Opens the doctor's desk in the page. */
export function openDoctorsDesk(): void {
  openApp<Desk>({
    app: "doctor",
    title: "HealthBridge · Doctor's desk",
    roles: ["doctor"],
    words,
    languages: LANGUAGES,
    open: openDevice,
    begin: ({ hb, store, safe }) => {
      const line = lines.get(hb);
      if (line === undefined) throw new Error("The device was opened without a line.");
      const [files, drafts] = [safe.beside("files"), safe.beside("drafts")];
      return openDesk({ hb, store, files, drafts, line, url: location.origin });
    },
    end: closeDesk,
    view: (desk) => <OpenDesk desk={desk} />,
  });
}

/** A device whose network is a socket where there is one: news come by themselves, calls ring. */
async function openDevice(url: string, store: Store): Promise<HealthBridge> {
  const [{ HealthBridge: Device }, { openLine }] = await Promise.all([
    import("@healthbridge/client-sdk"),
    import("@healthbridge/client-sdk/realtime"),
  ]);
  const line = openLine({ url, store });
  const hb = await Device.open({ url, store, runtime: line.runtime });
  lines.set(hb, line);
  return hb;
}

function OpenDesk({ desk }: { readonly desk: Desk }): VNode {
  const { hb } = useShell();
  return (
    <HealthBridgeProvider hb={hb} chat={desk.chat}>
      <DeskContext.Provider value={desk}>
        <App />
      </DeskContext.Provider>
    </HealthBridgeProvider>
  );
}
