import { createElement, type ReactElement, StrictMode } from "react";
import { expect, test, vi } from "vitest";
import * as Y from "yjs";
import { openDocuments } from "../../../src/documents/index.ts";
import { HealthBridgeError } from "../../../src/index.ts";
import { Value } from "../../../src/observable.ts";
import { HealthBridgeProvider, useDocument, useDocumentValue } from "../../../src/react/index.ts";
import { openClinic, PASSWORD } from "./clinic.ts";
import { probe, until } from "./probe.ts";
import type { Renderer } from "./renderer.ts";

const INTAKE = { conversation: "appointmentappoi.1", kind: "intake" } as const;

class CountedDocument {
  readonly doc = new Y.Doc();
  readonly status = new Value({ waiting: false, closed: false });

  close(): Promise<void> {
    this.status.set({ waiting: false, closed: true });
    return Promise.resolve();
  }
}

/** Documents that can be refused, and that know how many of them are open. One that is open is the same for everybody. */
class CountedDocuments {
  readonly made: CountedDocument[] = [];
  problem: string | undefined;
  readonly #named = new Map<string, CountedDocument>();

  async open({ kind }: { readonly kind: string }): Promise<CountedDocument> {
    if (this.problem !== undefined) throw new HealthBridgeError(this.problem);
    const known = this.#named.get(kind);
    if (known !== undefined && !known.status.get().closed) return known;
    const made = new CountedDocument();
    this.made.push(made);
    this.#named.set(kind, made);
    return made;
  }

  get openNow(): number {
    return this.made.filter(({ status }) => !status.get().closed).length;
  }
}

/** How the hooks for documents behave, whatever renders. */
export function describeDocuments(renderer: Renderer): void {
  const { act } = renderer;

  test("a document is open while it is shown, with its status and what is written in it", async () => {
    await using at = await openClinic();
    const { hb, desk } = at;
    const documents = await openDocuments({ ...desk.open, socket: false });
    const shown = await probe(renderer, { hb }, () => {
      const { document, status } = useDocument(documents, INTAKE);
      const pulse = useDocumentValue(document, (doc) => doc.getMap("form").get("pulse"));
      return { document, waiting: status?.waiting, pulse };
    });
    await until(renderer, () => expect(shown.last.document).toBeDefined());
    const { document } = shown.last;
    await act(async () => {
      document?.doc.getMap("form").set("pulse", 72);
      await document?.kept();
    });
    // A renderer may begin to listen after it has painted, and looks again then.
    await until(renderer, () => expect(shown.last).toMatchObject({ pulse: 72, waiting: true }));
    await shown.mounted.unmount();
    await vi.waitFor(() => expect(document?.status.get().closed).toBe(true));
    await documents.close();
  });

  test("what is written elsewhere in it renders nothing", async () => {
    await using at = await openClinic();
    const documents = new CountedDocuments();
    const shown = await probe(renderer, { hb: at.hb }, () => {
      const { document } = useDocument(documents, INTAKE);
      return { document, form: useDocumentValue(document, (doc) => doc.getMap("form").toJSON()) };
    });
    await until(renderer, () => expect(shown.last.document).toBeDefined());
    const before = shown.seen.length;
    await act(() => shown.last.document?.doc.getText("complaint").insert(0, "fever"));
    expect(shown.seen.length).toBe(before);
  });

  test("two components show one document, and the last of them closes it", async () => {
    await using at = await openClinic();
    const documents = new CountedDocuments();
    const parts = { hb: at.hb };
    const first = await probe(renderer, parts, () => useDocument(documents, INTAKE).document);
    const second = await probe(renderer, parts, () => useDocument(documents, INTAKE).document);
    await until(renderer, () => expect(second.last).toBeDefined());
    await first.mounted.unmount();
    await at.lab.time.settle();
    expect(documents.openNow).toBe(1);
    await second.mounted.unmount();
    await vi.waitFor(() => expect(documents.openNow).toBe(0));
  });

  test("a component that StrictMode mounts twice has it open", async () => {
    await using at = await openClinic();
    const documents = new CountedDocuments();
    let closed: boolean | undefined;
    const Reader = (): ReactElement | null => {
      closed = useDocument(documents, INTAKE).status?.closed;
      return null;
    };
    const tree = createElement(HealthBridgeProvider, { hb: at.hb, children: createElement(Reader) });
    const mounted = await renderer.mount(createElement(StrictMode, null, tree));
    await until(renderer, () => expect(closed).toBe(false));
    expect(documents.openNow).toBe(1);
    await mounted.unmount();
  });

  test("why it could not be opened is said, and it is opened when somebody signs in", async () => {
    await using at = await openClinic();
    const { hb, lab } = at;
    await hb.signOut();
    const documents = new CountedDocuments();
    documents.problem = "not_signed_in";
    const shown = await probe(renderer, { hb }, () => useDocument(documents, INTAKE));
    await until(renderer, () => expect(shown.last.problem).toBe("not_signed_in"));
    documents.problem = undefined;
    await act(() => lab.time.run(hb.signIn({ login: "amina", password: PASSWORD })));
    await until(renderer, () => expect(shown.last.document).toBeDefined());
    expect(shown.last.problem).toBeUndefined();
  });

  test("another address is another document, and none is none", async () => {
    await using at = await openClinic();
    const documents = new CountedDocuments();
    let address: { conversation: string; kind: "intake" | "notes" } | undefined;
    const shown = await probe(renderer, { hb: at.hb }, () => useDocument(documents, address).document);
    expect(shown.last).toBeUndefined();
    address = { ...INTAKE };
    await shown.again();
    await until(renderer, () => expect(shown.last).toBeDefined());
    const intake = shown.last;
    address = { ...INTAKE, kind: "notes" };
    await shown.again();
    await until(renderer, () => expect(shown.last).toBeDefined());
    expect(shown.last).not.toBe(intake);
    expect(intake?.status.get().closed).toBe(true);
  });
}
