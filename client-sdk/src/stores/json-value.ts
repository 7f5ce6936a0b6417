import { StoreError } from "./store-error.ts";

/** The text of a value as a store keeps it: whoever changes the value later does not change what is stored. */
export function toJson(value: unknown): string {
  try {
    const text = JSON.stringify(value);
    // undefined and functions have no text, whatever the declared type of `stringify` says.
    if (typeof text === "string") return text;
  } catch (cause) {
    throw notJson(cause);
  }
  throw notJson();
}

/** A fresh copy of a stored value. */
export function fromJson(text: string): unknown {
  return JSON.parse(text);
}

/** For a value that no store can hold. */
export function notJson(cause?: unknown): StoreError {
  return new StoreError("store_failed", "A store holds JSON alone.", {
    cause,
  });
}
