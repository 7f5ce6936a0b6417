import * as Y from "yjs";
import { type Delta, placeAfter, type Splice, spliceOf } from "./splice.ts";

/** What is needed of a text field; a `textarea` is one. */
export interface TextField {
  value: string;
  readonly selectionStart: number;
  readonly selectionEnd: number;
  readonly selectionDirection: "forward" | "backward" | "none";
  setSelectionRange(start: number, end: number, direction?: "forward" | "backward" | "none"): void;
  addEventListener(
    type: string,
    listener: (event: Event) => void,
    options: { readonly signal: AbortSignal },
  ): void;
}

/** Who is told what happens in a bound field. */
export interface BindingListener {
  /** what was typed may not be written: the field shows the text as it is again */
  readonly onRefused?: ((error: unknown) => void) | undefined;
  /** somebody types here */
  readonly onTyped?: (() => void) | undefined;
}

/**
 * Binds a shared text to a plain text field. What is typed goes into the text as the smallest change that it is, what others write comes into the field, and the caret
 * stays with the words it stood in. Undo takes back what was typed here alone. While an input method composes a character nothing is put into the field: that would break it off.
 */
export class TextBinding {
  readonly #text: Y.Text;
  readonly #field: TextField;
  readonly #listener: BindingListener;
  readonly #undo: Y.UndoManager;
  readonly #unbinding = new AbortController();
  /** what text and field had in common last */
  #shown = "";
  /** what others changed since, while the field could not be touched */
  #behind: Delta[] = [];
  #composing = false;

  constructor(text: Y.Text, field: TextField, listener: BindingListener = {}) {
    this.#text = text;
    this.#field = field;
    this.#listener = listener;
    this.#undo = new Y.UndoManager(text, { trackedOrigins: new Set([this]) });
    this.#put();
    text.observe(this.#changed);
    this.#on("input", () => {
      // What others wrote is not in the field yet: both are put together when the character is there.
      if (!this.#composing || this.#behind.length === 0) this.#typed();
    });
    this.#on("compositionstart", () => {
      this.#composing = true;
    });
    this.#on("compositionend", () => this.#composed());
    this.#on("beforeinput", (event) => this.#beforeInput(event));
    this.#on("keydown", (event) => this.#keyDown(event));
  }

  /** Ends it; what is being composed is taken in, text and field stay as they are. */
  unbind(): void {
    if (this.#unbinding.signal.aborted) return;
    this.#composed();
    this.#unbinding.abort();
    this.#text.unobserve(this.#changed);
    this.#undo.destroy();
  }

  #on(type: string, listener: (event: Event) => void): void {
    this.#field.addEventListener(type, listener, { signal: this.#unbinding.signal });
  }

  readonly #changed = ({ delta }: Y.YTextEvent, { origin }: Y.Transaction): void => {
    if (origin === this) return;
    if (this.#composing) this.#behind.push(delta);
    else this.#take([delta]);
  };

  #composed(): void {
    this.#composing = false;
    this.#typed();
    const behind = this.#behind;
    this.#behind = [];
    if (behind.length > 0) this.#take(behind);
  }

  /** What was typed into the field goes into the text. */
  #typed(): void {
    const { value, selectionStart, selectionEnd } = this.#field;
    if (value === this.#shown) return;
    const typed = spliceOf(this.#shown, value, selectionEnd);
    const behind = this.#behind;
    this.#behind = [];
    try {
      this.#text.doc?.transact(() => {
        this.#write(typed, behind);
      }, this);
    } catch (error) {
      this.#put();
      this.#listener.onRefused?.(error);
      return;
    }
    this.#shown = value;
    if (behind.length > 0) {
      const after = (caret: number): number => caretAfter(caret, typed, behind);
      this.#put();
      this.#field.setSelectionRange(after(selectionStart), after(selectionEnd));
    }
    this.#listener.onTyped?.();
  }

  /** Places in the field are those in the text before others changed it. */
  #write({ at, removed, inserted }: Splice, behind: readonly Delta[]): void {
    if (behind.length === 0) this.#plainBreaks();
    for (let place = at + removed - 1; place >= at; place -= 1) {
      const char = through(behind, place, "after");
      if (!char.gone) this.#text.delete(char.at, 1);
    }
    if (inserted !== "") this.#text.insert(through(behind, at, "before").at, inserted);
  }

  /** A field knows one kind of line break. Another editor may have brought others: they would shift every place. */
  #plainBreaks(): void {
    const text = this.#text.toJSON();
    for (let at = text.length - 1; at >= 0; at -= 1) {
      if (text[at] !== "\r") continue;
      this.#text.delete(at, 1);
      if (text[at + 1] !== "\n") this.#text.insert(at, "\n");
    }
  }

  /** The field shows the text as it is, and the caret goes with what others have changed. */
  #take(deltas: readonly Delta[]): void {
    const { selectionStart, selectionEnd, selectionDirection } = this.#field;
    const after = (caret: number): number => through(deltas, caret, "before").at;
    this.#put();
    this.#field.setSelectionRange(after(selectionStart), after(selectionEnd), selectionDirection);
  }

  #put(): void {
    const text = this.#text.toJSON();
    if (this.#field.value !== text) this.#field.value = text;
    // The field may have made the line breaks its own.
    this.#shown = this.#field.value;
  }

  /** The platform's own undo knows nothing of what others wrote, and forgets everything when something is put into the field. */
  #beforeInput(event: Event): void {
    const type = "inputType" in event ? event.inputType : undefined;
    if (type === "historyUndo") this.#undoneBy(event, () => this.#undo.undo());
    if (type === "historyRedo") this.#undoneBy(event, () => this.#undo.redo());
  }

  #keyDown(event: Event): void {
    const key = keyOf(event);
    if (key === "z") this.#undoneBy(event, () => this.#undo.undo());
    if (key === "Z" || key === "y") this.#undoneBy(event, () => this.#undo.redo());
  }

  #undoneBy(event: Event, change: () => unknown): void {
    event.preventDefault();
    try {
      change();
    } catch (error) {
      this.#listener.onRefused?.(error);
    }
  }
}

/** The key that is pressed with Control or Command. */
function keyOf(event: Event): string | undefined {
  if (!("key" in event) || !("ctrlKey" in event) || !("metaKey" in event)) return undefined;
  const { key, ctrlKey, metaKey } = event;
  return typeof key === "string" && (ctrlKey === true || metaKey === true) ? key : undefined;
}

function through(
  deltas: readonly Delta[],
  place: number,
  side: "before" | "after",
): ReturnType<typeof placeAfter> {
  let found: ReturnType<typeof placeAfter> = { at: place, gone: false };
  for (const delta of deltas) {
    const next = placeAfter(delta, found.at, side);
    found = { at: next.at, gone: found.gone || next.gone };
  }
  return found;
}

/** Where the caret is once what was typed and what others wrote are both in the text. */
function caretAfter(caret: number, { at, removed, inserted }: Splice, behind: readonly Delta[]): number {
  const begin = through(behind, at, "before").at;
  if (caret <= at) return through(behind, caret, "before").at;
  if (caret <= at + inserted.length) return begin + caret - at;
  const before = caret - inserted.length + removed;
  const here = through(behind, before, "before").at;
  const left = Array.from({ length: removed }, (_, each) => through(behind, at + each, "after"));
  return here - left.filter(({ gone }) => !gone).length + inserted.length;
}
