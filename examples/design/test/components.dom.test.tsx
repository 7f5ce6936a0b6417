import { Phone } from "lucide";
import { render, type VNode } from "preact";
import { act } from "preact/test-utils";
import { useState } from "preact/hooks";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  AppBar,
  Badge,
  Banner,
  Button,
  Dialog,
  EmptyState,
  ErrorState,
  focusFirstWrong,
  Icon,
  IconButton,
  ListItem,
  PinPad,
  SheetGrid,
  SlotCell,
  Tabs,
  TextField,
  Toasts,
  useToast,
} from "../src/index.ts";

const root = document.createElement("div");
document.body.append(root);
afterEach(() => act(() => render(null, root)));

async function show(node: VNode): Promise<HTMLElement> {
  await act(() => render(node, root));
  return root;
}

function one(selector: string): HTMLElement {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`nothing is ${selector} in ${root.innerHTML}`);
  return found;
}

async function press(element: Element): Promise<void> {
  await act(() => void element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })));
}

async function key(element: Element, name: string): Promise<void> {
  await act(
    () =>
      void element.dispatchEvent(
        new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }),
      ),
  );
}

describe("an icon", () => {
  test("beside words is passed over by screen readers, and alone says what it means", async () => {
    await show(<Icon of={Phone} />);
    expect(root.querySelector("svg")?.getAttribute("aria-hidden")).toBe("true");
    expect(root.querySelector("svg path")).not.toBeNull();
    await show(<Icon of={Phone} label="Call" />);
    expect(root.querySelector("svg")?.getAttribute("role")).toBe("img");
    expect(root.querySelector("svg")?.getAttribute("aria-label")).toBe("Call");
  });
});

describe("a button", () => {
  test("that is busy keeps the focus and does nothing a second time", async () => {
    const onClick = vi.fn<() => void>();
    await show(
      <Button busy onClick={onClick}>
        Book
      </Button>,
    );
    expect(one("button").getAttribute("aria-disabled")).toBe("true");
    expect(one("button").hasAttribute("disabled")).toBe(false);
    await press(one("button"));
    expect(onClick).not.toHaveBeenCalled();
  });

  test("that is an icon says what it does, and its number", async () => {
    await show(<IconButton icon={Phone} label="Calls" count={3} />);
    expect(one("button").textContent).toBe("Calls 3");
  });
});

describe("a field", () => {
  test("is nothing that the browser remembers, unless it says so", async () => {
    await show(
      <>
        <TextField label="Why she comes" value="" onValue={() => undefined} />
        <TextField label="User name" value="" onValue={() => undefined} autocomplete="username" />
        <TextField label="Note" lines value="" onValue={() => undefined} />
      </>,
    );
    const said = [...root.querySelectorAll("input, textarea")].map((each) =>
      each.getAttribute("autocomplete"),
    );
    expect(said).toEqual(["off", "username", "off"]);
  });

  test("is read with its hint and with what is wrong about it", async () => {
    await show(
      <TextField label="Phone" hint="With +254" error="Too short" value="1" onValue={() => undefined} />,
    );
    const input = one("input");
    expect(one("label").getAttribute("for")).toBe(input.id);
    expect(input.getAttribute("aria-invalid")).toBe("true");
    const words = (input.getAttribute("aria-describedby") ?? "").split(" ");
    expect(words.map((id) => document.getElementById(id)?.textContent)).toEqual(["With +254", "Too short"]);
  });

  test("that is right is marked as nothing", async () => {
    await show(<TextField label="Phone" value="" onValue={() => undefined} />);
    expect(one("input").hasAttribute("aria-invalid")).toBe(false);
    expect(one("input").hasAttribute("aria-describedby")).toBe(false);
  });

  test("of a form that is wrong gets the focus, the first of them", async () => {
    await show(
      <form>
        <TextField label="A" value="" onValue={() => undefined} />
        <TextField label="B" value="" error="needed" name="b" onValue={() => undefined} />
        <TextField label="C" value="" error="needed" onValue={() => undefined} />
      </form>,
    );
    focusFirstWrong(root);
    expect(document.activeElement?.getAttribute("name")).toBe("b");
  });
});

describe("what is told", () => {
  test("never by colour alone: a tone has its icon", async () => {
    await show(<Badge tone="waiting">waiting to be sent</Badge>);
    expect(root.querySelector(".badge svg")).not.toBeNull();
  });

  test("is read out at once where it is trouble, and in its turn where it is not", async () => {
    await show(<Banner tone="trouble">Full</Banner>);
    expect(one(".banner").getAttribute("role")).toBe("alert");
    await show(<Banner tone="info">New</Banner>);
    expect(one(".banner").getAttribute("role")).toBe("status");
    await show(<ErrorState title="It broke" />);
    expect(one("[role=alert]").textContent).toContain("It broke");
    await show(<EmptyState title="Nothing yet" />);
    expect(root.querySelector("[role]")).toBeNull();
  });

  test("in passing can be closed, and the next takes its place", async () => {
    function App(): VNode {
      const say = useToast();
      return <Button onClick={() => say({ text: "Saved" })}>Save</Button>;
    }
    await show(
      <Toasts closeLabel="Close">
        <App />
      </Toasts>,
    );
    await press(one("button"));
    expect(one(".toasts").textContent).toContain("Saved");
    await press(one(".toast button"));
    expect(one(".toasts").textContent).toBe("");
  });

  test("of what waits is gone when it waits no longer, and the next one stays", async () => {
    const sent = Promise.withResolvers<unknown>();
    const never = Promise.withResolvers<unknown>();
    const says = [
      { text: "Kept until it is sent", until: () => sent.promise },
      { text: "Kept as well", until: () => never.promise },
    ];
    function App(): VNode {
      const say = useToast();
      const next = (): void => {
        const toast = says.shift();
        if (toast) say(toast);
      };
      return <Button onClick={next}>Save</Button>;
    }
    const open = () =>
      show(
        <Toasts closeLabel="Close">
          <App />
        </Toasts>,
      );
    await open();
    await press(one("button"));
    expect(one(".toasts").textContent).toContain("Kept until it is sent");
    await act(async () => sent.resolve(undefined));
    expect(one(".toasts").textContent).toBe("");
    await press(one("button"));
    await act(async () => never.reject(new Error("the app was closed")));
    expect(one(".toasts").textContent).toContain("Kept as well");
  });
});

describe("what is said while a dialog is open", () => {
  function App({ text, trouble }: { readonly text: string; readonly trouble?: boolean }): VNode {
    const say = useToast();
    const [open, setOpen] = useState(true);
    return (
      <main>
        {open && (
          <Dialog title="Book" closeLabel="Close" onClose={() => setOpen(false)}>
            <button type="button" id="ask" onClick={() => say({ text, trouble })} />
          </Dialog>
        )}
      </main>
    );
  }
  const open = (what: Parameters<typeof App>[0]) =>
    show(
      <Toasts closeLabel="Close">
        <App {...what} />
      </Toasts>,
    );

  test("is said in it, where it can be seen and is read out, and stays when the dialog is closed", async () => {
    await open({ text: "Kept here" });
    expect(one("dialog [role=status]").textContent).toBe("");
    await press(one("#ask"));
    expect(one("dialog [role=status]").textContent).toContain("Kept here");
    expect(root.querySelectorAll(".toast")).toHaveLength(1);
    await press(one("dialog .head button"));
    expect(root.querySelector("dialog")).toBeNull();
    expect(one(".toasts [role=status]").textContent).toContain("Kept here");
  });

  test("is gone on the next page, also where it went wrong", async () => {
    await open({ text: "This device is full", trouble: true });
    await press(one("#ask"));
    expect(root.querySelectorAll(".toast")).toHaveLength(1);
    await act(() => void dispatchEvent(new Event("hashchange")));
    expect(root.querySelector(".toast")).toBeNull();
  });

  test("interrupts where it went wrong, and stays until it is closed", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      await open({ text: "This device is full", trouble: true });
      await press(one("#ask"));
      await act(() => void vi.advanceTimersByTime(60_000));
      expect(one("dialog [role=alert]").textContent).toContain("This device is full");
      await press(one(".toast button"));
      expect(one("dialog [role=alert]").textContent).toBe("");
    } finally {
      vi.useRealTimers();
    }
  });
});

test("a thing in a list is a link where it leads somewhere, a button where it does something, and else neither", async () => {
  await show(<ListItem title="A" href="#/a" />);
  expect(root.querySelectorAll("a, button")).toHaveLength(1);
  expect(one("a").getAttribute("href")).toBe("#/a");
  await show(<ListItem title="A" onPress={() => undefined} />);
  expect(root.querySelectorAll("button")).toHaveLength(1);
  await show(<ListItem title="A" />);
  expect(root.querySelectorAll("a, button")).toHaveLength(0);
});

test("a dialog is named by its title, and asks to be closed with its × and with Escape", async () => {
  const onClose = vi.fn<() => void>();
  await show(
    <Dialog title="Sign out?" closeLabel="Close" onClose={onClose}>
      Two things wait.
    </Dialog>,
  );
  const dialog = one("dialog");
  expect(dialog.hasAttribute("open")).toBe(true);
  expect(document.getElementById(dialog.getAttribute("aria-labelledby") ?? "")?.textContent).toBe(
    "Sign out?",
  );
  await press(one(".head button"));
  await act(() => void dialog.dispatchEvent(new Event("cancel", { cancelable: true })));
  expect(onClose).toHaveBeenCalledTimes(2);
});

test("tabs are one stop of the Tab key, and arrows go around them", async () => {
  function App(): VNode {
    const [value, setValue] = useState("day");
    const tabs = ["day", "week", "month"].map((each) => ({ value: each, label: each }));
    return (
      <Tabs label="View" tabs={tabs} value={value} onValue={setValue}>
        the {value}
      </Tabs>
    );
  }
  await show(<App />);
  expect(root.querySelectorAll('[role=tab][tabindex="0"]')).toHaveLength(1);
  await key(one("[role=tab]"), "ArrowLeft");
  expect(one('[aria-selected="true"]').textContent).toBe("month");
  expect(document.activeElement?.textContent).toBe("month");
  await key(one("[role=tablist]"), "ArrowRight");
  expect(one("[role=tabpanel]").textContent).toBe("the day");
});

describe("the pad for a PIN", () => {
  const pad = (onPin: (pin: string) => void, error?: string) => (
    <PinPad
      label="PIN"
      error={error}
      least={6}
      most={8}
      deleteLabel="Delete"
      doneLabel="Done"
      onPin={onPin}
    />
  );
  const digit = (text: string) =>
    [...root.querySelectorAll(".keys button")].find((button) => button.textContent === text) ?? root;

  test("takes digits by its keys, and is done only when there are enough", async () => {
    const onPin = vi.fn<(pin: string) => void>();
    await show(pad(onPin));
    for (const each of "48291") await press(digit(each));
    expect(one("[data-go]").hasAttribute("disabled")).toBe(true);
    for (const each of "77") await press(digit(each));
    await press(one('[aria-label="Delete"]'));
    await act(() => void one("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
    expect(onPin).toHaveBeenCalledExactlyOnceWith("482917");
    expect(one("input")).toHaveProperty("value", "");
  });

  test("takes them from a keyboard as well, and nothing but digits", async () => {
    await show(pad(() => undefined));
    const input = one("input");
    if (!(input instanceof HTMLInputElement)) throw new Error("no input");
    input.value = "48a2 91x5";
    await act(() => void input.dispatchEvent(new Event("input", { bubbles: true })));
    expect(input.value).toBe("482915");
  });

  test("tells why the last one was not taken", async () => {
    await show(pad(() => undefined, "That is not the PIN."));
    expect(one("[role=alert]").textContent).toBe("That is not the PIN.");
    expect(one("input").getAttribute("aria-invalid")).toBe("true");
  });
});

test("arrow keys go over a day sheet from cell to cell, past what cannot be pressed", async () => {
  const free = new Set(["9 a", "10 b", "11 a"]);
  const keyed = (keys: readonly string[]) => keys.map((each) => ({ key: each, title: each }));
  await show(
    <SheetGrid
      label="Monday"
      corner="Time"
      columns={keyed(["a", "b"])}
      rows={keyed(["9", "10", "11"])}
      cell={(row, column) => (
        <SlotCell
          state={free.has(`${row} ${column}`) ? "free" : "busy"}
          title={`${row} ${column}`}
          onPress={free.has(`${row} ${column}`) ? () => undefined : undefined}
        />
      )}
    />,
  );
  one("button.slot").focus();
  await key(one("button.slot"), "ArrowDown");
  expect(document.activeElement?.textContent).toBe("11 a");
  await key(document.activeElement ?? root, "ArrowRight");
  expect(document.activeElement?.textContent).toBe("11 a");
  await key(document.activeElement ?? root, "ArrowUp");
  expect(document.activeElement?.textContent).toBe("9 a");
});

describe("the bar above a screen", () => {
  const isAt = (): string | undefined => document.activeElement?.tagName;

  test("has the focus when another screen comes, also one of the same title: what was pressed there is gone", async () => {
    await show(<AppBar title="Messages" place="#/messages" />);
    expect(isAt()).not.toBe("H1");
    await show(<AppBar title="Messages" place="#/conversation/1" />);
    expect([isAt(), document.title]).toEqual(["H1", "Messages"]);
    one("h1").blur();
    await show(<AppBar title="Appointment" place="#/appointment/1" />);
    expect([isAt(), document.title]).toEqual(["H1", "Appointment"]);
  });

  test("leaves the focus where it is while the screen is the same", async () => {
    const screen = (below: string) => (
      <>
        <AppBar title="Messages" place="#/messages" below={below} />
        <button type="button">First</button>
      </>
    );
    await show(screen("sending"));
    one("button").focus();
    await show(screen("sent"));
    expect(isAt()).toBe("BUTTON");
  });
});
