import { createContext, createElement, type ReactElement, type ReactNode, useContext, useMemo } from "react";
import type { Runtime } from "../adapters/runtime.ts";
import type { Chat } from "../chat/chat.ts";
import type { HealthBridge } from "../health-bridge.ts";

/** What the hooks take of a runtime: the clock that `now` comes from. */
export type Clock = Pick<Runtime, "now" | "sleep">;

/** What an app hands to the hooks below it. */
export interface HealthBridgeProviderProps {
  /** the open device; `undefined` while it is being opened and on a server: the hooks then answer as a device that holds nothing */
  readonly hb: HealthBridge | undefined;
  /** for `useConversations` and `useConversation`: what `openChat` gave */
  readonly chat?: Chat | undefined;
  /** where the time of day comes from; default: the platform's. A test hands in its own */
  readonly runtime?: Clock | undefined;
  /** what is shown: whatever React, or Preact, takes as children */
  readonly children?: unknown;
}

/** What the hooks find. */
export interface Parts {
  readonly hb: HealthBridge | undefined;
  readonly chat: Chat | undefined;
  /** `undefined`: the platform's */
  readonly clock: Clock | undefined;
}

const PartsContext = /* @__PURE__ */ createContext<Parts | undefined>(undefined);

/**
 * Hands an open device to the hooks in everything it contains. It opens and closes nothing: what is open stays so when it is unmounted. Another `hb` (somebody else
 * has signed in to a store of her own) lets every hook read from that one.
 *
 * @example
 * const hb = await HealthBridge.open({ url, store });
 * const chat = await openChat({ hb, url, store });
 * createRoot(element).render(<HealthBridgeProvider hb={hb} chat={chat}><App /></HealthBridgeProvider>);
 */
export function HealthBridgeProvider({
  hb,
  chat,
  runtime,
  children,
}: HealthBridgeProviderProps): ReactElement {
  const parts = useMemo(() => ({ hb, chat, clock: runtime }), [hb, chat, runtime]);
  return createElement(PartsContext.Provider, { value: parts }, shown(children));
}

/** What surrounds a component. */
export function useParts(): Parts {
  const parts = useContext(PartsContext);
  if (parts === undefined) throw new Error("There is no <HealthBridgeProvider> around this component.");
  return parts;
}

/**
 * The open device, for what a component does: `hb.book(...)`, `hb.sync()`. Reading from it does not render anew; that is what the other hooks are for.
 * @param kind the class, where a component needs what only that one has: `useHealthBridge(HealthBridge).takeLease(...)` with `HealthBridge` of `@healthbridge/client-sdk`. Left
 * out, it is what every device has (`@healthbridge/client-sdk/core`)
 * @throws Error where there is no provider, where its `hb` is not open yet, or is of another class
 * @example
 * const hb = useHealthBridge();
 * <button onClick={() => void hb.cancel({ appointment: id })}>Cancel</button>
 */
export function useHealthBridge(): HealthBridge;
export function useHealthBridge<T extends HealthBridge>(kind: DeviceClass<T>): T;
export function useHealthBridge<T extends HealthBridge>(kind?: DeviceClass<T>): HealthBridge {
  const { hb } = useParts();
  if (hb === undefined) throw new Error("The <HealthBridgeProvider> around this component has no `hb` yet.");
  if (kind !== undefined && !(hb instanceof kind))
    throw new Error(
      "The `hb` of the <HealthBridgeProvider> was opened with another class than is asked for.",
    );
  return hb;
}

/** A class of open devices. They are made by `open`, so it need not be one that others can construct. */
export interface DeviceClass<T extends HealthBridge> {
  readonly prototype: T;
  [Symbol.hasInstance](value: unknown): boolean;
}

/** Preact's nodes are other types than React's; whichever renders is given its own back. */
function shown(children: unknown): ReactNode {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a renderer was given as children it can show
  return children as ReactNode;
}
