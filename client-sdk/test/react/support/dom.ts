/** A page for renderers, in Node. It must be there before they are loaded, so this is imported first. */
import { Window } from "happy-dom";

const window = new Window({ url: "https://health.example/" });

Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });

/** A fresh place on the page. */
export function place(): HTMLElement {
  const element = document.createElement("div");
  document.body.append(element);
  return element;
}
