/**
 * An inspector for developers: what an instance of the SDK has queued, held, asked and answered, and a switch that takes its network away. Plain DOM, which a strict content
 * security policy allows; what it is made of is fetched when it is opened.
 *
 * @packageDocumentation
 */
import type { HealthBridge } from "../health-bridge.ts";
import type { Store } from "../stores/store.ts";
import type { InspectableRuntime } from "./inspectable.ts";

export { inspectable, type InspectableRuntime, type LineMode } from "./inspectable.ts";
export type { SeenRequest } from "./request-log.ts";

/** How an inspector is opened. */
export interface InspectorOptions {
  /** what it is put into, over the app; default: the page's body */
  readonly element?: HTMLElement | undefined;
  /** the store that `open` was given: with it feeds, and what an operation depends on, are shown */
  readonly store?: Store | undefined;
  /** the runtime that `open` was given, made by `inspectable`: with it requests are shown, and the network can be switched */
  readonly runtime?: InspectableRuntime | undefined;
  /** called when it was closed, by whoever closed it */
  readonly onClose?: (() => void) | undefined;
  /** where it could not be fetched or shown; default: an error that nobody caught */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Opens an inspector over the app. What it shows can be patients' data, and so can what it exports: it is for developers. Tokens and passwords are in neither.
 * @returns how to close it; Escape does it as well
 * @example
 * addEventListener("keydown", (event) => {
 *   if (event.ctrlKey && event.altKey && event.key === "h") openInspector(hb, { store, runtime });
 * });
 */
export function openInspector(hb: HealthBridge, options: InspectorOptions = {}): () => void {
  const { element = document.body, onClose, onError, ...seen } = options;
  let close: (() => void) | undefined;
  let closed = false;
  const end = (): void => {
    if (closed) return;
    closed = true;
    close?.();
    onClose?.();
  };
  const begin = async (): Promise<void> => {
    const { Panel } = await import("./panel.ts");
    if (closed) return;
    const panel = new Panel({ hb, ...seen }, end);
    close = () => panel.close();
    panel.open(element);
  };
  void begin().catch((error: unknown) => {
    if (onError === undefined) throw error;
    onError(error);
  });
  return end;
}
