import { TextField } from "@healthbridge/example-design";
import { render } from "preact";
import { act } from "preact/test-utils";
import { useState } from "preact/hooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Form } from "../src/parts/form.tsx";

const root = document.createElement("div");
beforeEach(() => document.body.append(root));
afterEach(async () => {
  await act(() => render(null, root));
  root.remove();
});

function Asking({ wrong }: { readonly wrong: readonly string[] }) {
  const [tried, setTried] = useState(false);
  return (
    <Form onSubmit={async () => setTried(true)}>
      {["Name", "Born", "Phone"].map((label) => (
        <TextField
          key={label}
          label={label}
          name={label}
          value=""
          onValue={() => undefined}
          error={tried && wrong.includes(label) ? "Not understood." : undefined}
        />
      ))}
      <button type="submit">Save</button>
    </Form>
  );
}

async function save(): Promise<void> {
  root.querySelector("button")?.focus();
  await act(async () => {
    root.querySelector("form")?.requestSubmit();
    await new Promise((done) => setTimeout(done)); // until it has heard what came of it
  });
}

test("what is wrong is told where it is: the first field at fault has the focus", async () => {
  await act(() => render(<Asking wrong={["Born", "Phone"]} />, root));
  await save();
  expect(document.activeElement?.getAttribute("name")).toBe("Born");
});

test("nothing is moved where nothing is wrong", async () => {
  await act(() => render(<Asking wrong={[]} />, root));
  await save();
  expect(document.activeElement?.textContent).toBe("Save");
});
