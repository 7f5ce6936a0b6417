import { HealthBridgeError } from "@healthbridge/client-sdk";
import { render, type VNode } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AppShell } from "../src/shell/app-shell.tsx";
import { useShell } from "../src/shell/context.tsx";
import { LostNotice, RoomNotice, UpdateNotice } from "../src/shell/notices.tsx";
import { LockScreen, NewPinPad } from "../src/shell/pin-screens.tsx";
import { ShellFrame } from "../src/shell/shell-frame.tsx";
import { SignInForm } from "../src/shell/sign-in-form.tsx";
import { fakeDevice, PASSWORD, PIN } from "./support/fake-device.ts";

const root = document.createElement("div");
document.body.append(root);
beforeEach(() => localStorage.clear());
afterEach(() => act(() => render(null, root)));

const text = (): string => root.textContent ?? "";

function named(name: string): HTMLElement {
  const all = [...root.querySelectorAll("button, input, select")];
  const found = all.find((element) => nameOf(element) === name);
  if (!(found instanceof HTMLElement))
    throw new Error(`nothing is called "${name}" in: ${all.map(nameOf).join(", ")}`);
  return found;
}

function nameOf(element: Element): string {
  const label =
    element.getAttribute("aria-label") ?? root.querySelector(`label[for="${element.id}"]`)?.textContent;
  return (label ?? element.textContent ?? "").trim();
}

async function press(name: string): Promise<void> {
  const element = named(name);
  await act(() => void element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })));
}

async function write(name: string, value: string): Promise<void> {
  const input = named(name);
  if (!(input instanceof HTMLInputElement)) throw new Error(`"${name}" is no input`);
  input.value = value;
  await act(() => void input.dispatchEvent(new Event("input", { bubbles: true })));
}

async function submit(): Promise<void> {
  await act(
    () =>
      void root
        .querySelector("form")
        ?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })),
  );
}

/** Until the screen says something; what it takes to get there is real work, of unknown length. */
async function see(words: string): Promise<void> {
  await expect
    .poll(async () => {
      await act(() => undefined);
      return text();
    })
    .toContain(words);
}

describe("the form to sign in", () => {
  test("says at the field what is missing, goes to it, and sends nothing", async () => {
    const sent: unknown[] = [];
    await act(() => render(<SignInForm onSignIn={(each) => sent.push(each)} />, root));
    await write("User name", "amina");
    await submit();
    expect(text()).toContain("Write your password.");
    expect(document.activeElement).toBe(named("Password"));
    await write("Password", PASSWORD);
    await submit();
    expect(sent).toEqual([{ login: "amina", password: PASSWORD }]);
  });
});

describe("a new PIN", () => {
  const type = async (pin: string): Promise<void> => {
    await write(root.querySelector("label")?.textContent ?? "", pin);
    await submit();
  };

  test("is asked for twice, and taken when it is the same", async () => {
    const taken: string[] = [];
    await act(() => render(<NewPinPad onPin={(pin) => taken.push(pin)} />, root));
    await type("482915");
    await type("482916");
    expect(text()).toContain("two different PINs");
    await type("482915");
    await type("482915");
    expect(taken).toEqual(["482915"]);
  });

  test("is not what everybody tries first", async () => {
    await act(() => render(<NewPinPad onPin={() => undefined} />, root));
    for (const easy of ["000000", "123456", "987654", "789012"]) {
      await type(easy);
      expect(text()).toContain("too easy to guess");
    }
  });
});

describe("what concerns the whole app", () => {
  const noted: string[] = [];
  beforeEach(() => noted.splice(0));
  const room = (state: { quota?: "ok" | "tight" | "full"; persisted?: boolean; waiting?: number }) => (
    <RoomNotice
      state={{ quota: state.quota ?? "ok", persisted: state.persisted, evicted: undefined, usedBytes: 1 }}
      waiting={state.waiting ?? 0}
      onKeep={() => noted.push("keep")}
      onUnderstood={() => noted.push("understood")}
    />
  );

  test("is told while it is so: no room, hardly any", async () => {
    await act(() => render(room({ quota: "full" }), root));
    expect(text()).toContain("This device is full.");
    expect(root.querySelector("[role=alert]")).not.toBeNull();
    await act(() => render(room({ quota: "tight" }), root));
    expect(text()).toContain("nearly full");
    await act(() => render(room({}), root));
    expect(text()).toBe("");
  });

  test("asks to keep what waits only where something waits that the browser may throw away, and once", async () => {
    await act(() => render(room({ persisted: false }), root));
    expect(text()).toBe("");
    await act(() => render(room({ persisted: true, waiting: 2 }), root));
    expect(text()).toBe("");
    await act(() => render(room({ persisted: false, waiting: 2 }), root));
    await press("Keep it safe");
    expect(noted).toEqual(["keep"]);
    expect(text()).toBe("");
  });

  test("says how much was lost: what the server never got, where that is known", async () => {
    const lost = [
      { waiting: 3, lost: 1 },
      { waiting: 2, lost: undefined },
    ];
    await act(() => render(<LostNotice lost={lost} onUnderstood={() => noted.push("understood")} />, root));
    expect(text()).toContain("3 things that were not sent are lost");
    await press("Understood");
    expect(noted).toEqual(["understood"]);
    await act(() =>
      render(<LostNotice lost={[{ waiting: 0, lost: 0 }]} onUnderstood={() => undefined} />, root),
    );
    expect(text()).toContain("Everything of it was sent before");
  });

  test("offers a new version, and puts none in by itself", async () => {
    const bar = (update: "none" | "ready" | "taken") => (
      <UpdateNotice update={update} onApply={() => noted.push("apply")} />
    );
    await act(() => render(bar("none"), root));
    expect(text()).toBe("");
    await act(() => render(bar("ready"), root));
    expect(noted).toEqual([]);
    await press("Use it now");
    expect(noted).toEqual(["apply"]);
  });
});

test("at the lock screen a new version is offered below the keys, and comes only when it is wanted", async () => {
  const noted: string[] = [];
  const notice = <UpdateNotice update="ready" onApply={() => noted.push("apply")} />;
  const nothing = (): void => undefined;
  await act(() =>
    render(
      <LockScreen
        app="Clinic"
        notice={notice}
        person={{ name: "1", label: "amina" }}
        onPin={nothing}
        onOthers={nothing}
        onStartOver={nothing}
      />,
      root,
    ),
  );
  expect(Array.from(root.querySelectorAll(".keys, .banner"), ({ className }) => className)).toEqual([
    "keys",
    "banner",
  ]);
  expect(text()).toContain("A new version of the app is here. You will be asked for your PIN once.");
  expect(noted).toEqual([]);
  await press("Use it now");
  expect(noted).toEqual(["apply"]);
});

function App(): VNode {
  const { hb } = useShell();
  return (
    <ShellFrame title="Visits">
      <button
        type="button"
        onClick={() => void hb.enqueue("patient.register", { name: "Wanjiru", clinic: "aVdxT2lHdVNyQ2Rm.2" })}
      >
        Register
      </button>
    </ShellFrame>
  );
}

const begin = async (): Promise<string> => "";
const end = async (): Promise<void> => undefined;
const words = { load: async () => undefined };
const roles = ["staff" as const];
const view = (): VNode => <App />;

describe("the shell around an app", () => {
  test("leads from a new device into the app, and out again with work queued, and says what stays", async () => {
    const { parts, world } = fakeDevice();
    await act(() =>
      render(
        <AppShell app="clinic" title="Clinic" {...{ roles, words, begin, end, view }} device={parts} />,
        root,
      ),
    );
    await see("Sign in");
    await write("User name", "amina");
    await write("Password", PASSWORD);
    await submit();
    await see("Choose a PIN");
    await write("New PIN", PIN);
    await submit();
    await write("The same PIN again", PIN);
    await submit();
    await see("Visits");
    world.online = false;
    await press("Register");
    await see("1 waiting to be sent");
    await press("amina");
    await press("Sign out");
    expect(text()).toContain("1 thing is not sent yet. It stays on this device");
    await press("Sign out");
    await see("amina is signed out. 1 thing stays here");
    await see("Who are you?");
    expect(text()).not.toContain("Register");
  });

  test("stays where the app in it breaks, and says that nothing is lost", async () => {
    const { parts } = fakeDevice();
    const broken = { is: true };
    const reported: unknown[] = [];
    vi.stubGlobal("reportError", (error: unknown) => reported.push(error));
    const Breaking = (): VNode => {
      if (broken.is) throw new Error("of the app's own");
      return <p>whole again</p>;
    };
    const viewBreaking = (): VNode => <Breaking />;
    const shell = { roles, words, begin, end, view: viewBreaking };
    await act(() => render(<AppShell app="clinic" title="Clinic" {...shell} device={parts} />, root));
    await see("Sign in");
    await write("User name", "amina");
    await write("Password", PASSWORD);
    await submit();
    await see("New PIN");
    await write("New PIN", PIN);
    await submit();
    await write("The same PIN again", PIN);
    await submit();
    await see("This could not be shown");
    expect(reported).toMatchObject([{ message: "of the app's own" }]);
    broken.is = false;
    await press("Try again");
    await see("whole again");
  });

  test("says at once that it needs a secure address, where it has none", async () => {
    const { parts } = fakeDevice();
    const refused = { ...parts, people: () => Promise.reject(new HealthBridgeError("vault_unavailable")) };
    await act(() =>
      render(
        <AppShell app="clinic" title="Clinic" {...{ roles, words, begin, end, view }} device={refused} />,
        root,
      ),
    );
    await see("This could not be opened");
    expect(text()).toContain("not at a secure address (https)");
  });

  test("speaks the language that is chosen, and the next time as well", async () => {
    const { parts } = fakeDevice();
    const shell = (
      <AppShell app="clinic" title="Clinic" {...{ roles, words, begin, end, view }} device={parts} />
    );
    await act(() => render(shell, root));
    await see("Sign in");
    const choice = named("Language");
    if (!(choice instanceof HTMLSelectElement)) throw new Error("no choice of languages");
    choice.value = "sw";
    await act(() => void choice.dispatchEvent(new Event("change", { bubbles: true })));
    await see("Jina la mtumiaji");
    expect(document.documentElement.lang).toBe("sw");
    await act(() => render(null, root));
    await act(() => render(shell, root));
    await see("Jina la mtumiaji");
  });
});
