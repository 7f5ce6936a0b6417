import { HealthBridge, memoryStore, platformRuntime } from "@healthbridge/client-sdk";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { FakeServer } from "@healthbridge/client-sdk/testing";
import { Toasts } from "@healthbridge/example-design";
import { type ComponentChildren, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, onTestFinished } from "vitest";

const PASSWORD = "seven goats cross the river";

const root = document.createElement("div");
document.body.append(root);
afterEach(async () => {
  await act(() => render(null, root));
});

/** A clinic's desk: a device on which one of its workers is signed in, and the page she looks at. */
export async function desk() {
  const server = new FakeServer();
  const doctor = server.addDoctor();
  server.addAccount({ login: "amina", password: PASSWORD, role: "staff", clinics: [doctor.clinic] });
  const runtime = {
    ...platformRuntime(),
    fetch: (url: string, init: RequestInit) => server.fetch(new Request(url, init)),
  };
  const hb = await HealthBridge.open({
    url: "http://server.test",
    store: memoryStore(),
    autoSync: false,
    runtime,
  });
  onTestFinished(() => hb.close());
  await hb.signIn({ login: "amina", password: PASSWORD });
  await hb.sync();
  const show = (children: ComponentChildren) =>
    act(() =>
      render(
        <HealthBridgeProvider hb={hb}>
          <Toasts closeLabel="Close">{children}</Toasts>
        </HealthBridgeProvider>,
        root,
      ),
    );
  return { server, doctor, hb, show };
}

/** What the page says. */
export const text = (): string => root.textContent ?? "";
