import { afterEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { TextBinding, type TextField } from "../src/documents/text-binding.ts";

/** A text field as browsers have it: it knows one kind of line break, and a value that is put in moves the caret to its end. */
class FakeField extends EventTarget implements TextField {
  selectionStart = 0;
  selectionEnd = 0;
  selectionDirection = "none" as const;
  #value = "";

  get value(): string {
    return this.#value;
  }

  set value(value: string) {
    this.#value = value.replaceAll(/\r\n?/g, "\n");
    this.setSelectionRange(this.#value.length, this.#value.length);
  }

  setSelectionRange(start: number, end: number): void {
    this.selectionStart = Math.min(start, this.#value.length);
    this.selectionEnd = Math.min(end, this.#value.length);
  }

  /** Types at the caret, in place of what is selected. */
  type(text: string, { back = 0 } = {}): void {
    const { selectionStart, selectionEnd } = this;
    const start = selectionStart === selectionEnd ? selectionStart - back : selectionStart;
    this.#value = this.#value.slice(0, start) + text + this.#value.slice(selectionEnd);
    this.setSelectionRange(start + text.length, start + text.length);
    this.dispatchEvent(new Event("input"));
  }

  caret(at: number): void {
    this.setSelectionRange(at, at);
  }

  /** What is before the caret, and what behind it. */
  shows(): string {
    return `${this.#value.slice(0, this.selectionEnd)}|${this.#value.slice(this.selectionEnd)}`;
  }
}

interface Writer {
  readonly doc: Y.Doc;
  readonly text: Y.Text;
  readonly field: FakeField;
  readonly binding: TextBinding;
}

const bound: TextBinding[] = [];
afterEach(() => {
  for (const each of bound.splice(0)) each.unbind();
});

function writer(options: ConstructorParameters<typeof TextBinding>[2] = {}): Writer {
  const doc = new Y.Doc();
  const text = doc.getText("notes");
  const field = new FakeField();
  const binding = new TextBinding(text, field, options);
  bound.push(binding);
  return { doc, text, field, binding };
}

/** Both know what the other wrote. */
function meet({ doc: left }: Writer, { doc: right }: Writer): void {
  Y.applyUpdate(left, Y.encodeStateAsUpdate(right, Y.encodeStateVector(left)), "remote");
  Y.applyUpdate(right, Y.encodeStateAsUpdate(left, Y.encodeStateVector(right)), "remote");
}

function two(text: string): readonly [Writer, Writer] {
  const both = [writer(), writer()] as const;
  both[0].field.type(text);
  meet(...both);
  return both;
}

describe("a text bound to a field", () => {
  test("has what is typed, and the field what others write", () => {
    const [left, right] = two("fever");
    expect(right.field.value).toBe("fever");
    right.field.caret(5);
    right.field.type(" since Monday");
    meet(left, right);
    expect([left.text.toJSON(), left.field.value]).toEqual(["fever since Monday", "fever since Monday"]);
  });

  test("leaves the caret in the words where it stood, whatever is written before and behind it", () => {
    const [left, right] = two("cough at night");
    left.field.caret(5);
    right.field.caret(0);
    right.field.type("dry ");
    right.field.caret(18);
    right.field.type(", no fever");
    meet(left, right);
    expect(left.field.shows()).toBe("dry cough| at night, no fever");
  });

  test("keeps what is selected selected, and the caret where the words around it go", () => {
    const [left, right] = two("take two tablets daily");
    left.field.setSelectionRange(5, 16);
    right.field.setSelectionRange(9, 22);
    right.field.type("spoons");
    meet(left, right);
    expect(left.field.value.slice(left.field.selectionStart, left.field.selectionEnd)).toBe("two ");
  });

  test("merges what two wrote apart from each other", () => {
    const [left, right] = two("BP \nPulse \n");
    left.field.caret(3);
    left.field.type("168/102");
    right.field.caret(10);
    right.field.type("88");
    meet(left, right);
    expect(left.field.value).toBe("BP 168/102\nPulse 88\n");
    expect(right.field.value).toBe(left.field.value);
    expect(left.field.shows()).toBe("BP 168/102|\nPulse 88\n");
  });

  test("does not touch the field while a character is composed, and puts both together then", () => {
    const [left, right] = two("pain here");
    left.field.caret(5);
    left.field.dispatchEvent(new Event("compositionstart"));
    left.field.type("अ");
    right.field.caret(0);
    right.field.type("strong ");
    meet(left, right);
    left.field.type("आ", { back: 1 });
    expect(left.field.value).toBe("pain आhere");
    left.field.dispatchEvent(new Event("compositionend"));
    expect(left.field.shows()).toBe("strong pain आ|here");
    expect(left.text.toJSON()).toBe("strong pain आhere");
  });

  test("takes in what is being composed when it is unbound", () => {
    const [left, right] = two("x");
    left.field.dispatchEvent(new Event("compositionstart"));
    right.field.type("y");
    meet(left, right);
    left.field.caret(0);
    left.field.type("é");
    left.binding.unbind();
    expect(left.text.toJSON()).toMatch(/^é(xy|yx)$/);
  });

  test("undoes what was typed here, and nothing of what others wrote", () => {
    const [left, right] = two("cough");
    right.field.type("!");
    meet(left, right);
    const undo = new Event("keydown", { cancelable: true });
    Object.assign(undo, { key: "z", ctrlKey: true, metaKey: false });
    left.field.dispatchEvent(undo);
    expect([left.field.value, undo.defaultPrevented]).toEqual(["!", true]);
  });

  test("shows the text as it is again where it may not be written", () => {
    const refused: unknown[] = [];
    const { doc, text, field } = writer({ onRefused: (error) => refused.push(error) });
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(two("read only")[0].doc), "remote");
    doc.on("beforeTransaction", (transaction: Y.Transaction) => {
      if (!transaction.local) return;
      doc._transactionCleanups.pop();
      doc._transaction = null;
      throw new Error("forbidden");
    });
    field.type("!");
    expect([field.value, text.toJSON(), refused.length]).toEqual(["read only", "read only", 1]);
  });

  test("knows one kind of line break, whatever another editor wrote", () => {
    const { doc, text, field } = writer();
    const other = new Y.Doc();
    other.getText("notes").insert(0, "one\r\ntwo\rthree");
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), "remote");
    field.caret(4);
    field.type("and ");
    expect([field.value, text.toJSON()]).toEqual(["one\nand two\nthree", "one\nand two\nthree"]);
  });

  test("converges whatever two people type at once, also emoji", () => {
    const [left, right] = two("start");
    const words = ["😀", "ab", "", "\n", "हिन्दी", "x"];
    let seed = 7;
    const roll = (sides: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % sides;
    };
    for (let step = 0; step < 300; step += 1) {
      const { field } = roll(2) === 0 ? left : right;
      const chars = Array.from(field.value);
      const [from, to] = [roll(chars.length + 1), roll(chars.length + 1)].toSorted((a, b) => a - b);
      const at = chars.slice(0, from).join("").length;
      const end = roll(3) === 0 ? chars.slice(0, to).join("").length : at;
      field.setSelectionRange(at, end);
      field.type(words[roll(words.length)] ?? "");
      if (roll(4) === 0) meet(left, right);
    }
    meet(left, right);
    expect(left.field.value).toBe(right.field.value);
    expect(left.text.toJSON()).toBe(left.field.value);
    expect(left.field.value.isWellFormed()).toBe(true);
  });
});
