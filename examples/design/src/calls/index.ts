/**
 * A call on the screen: the button that begins one, and the panel with it from the first ring to the end, in the apps' languages. What a call is lives in
 * `@healthbridge/client-sdk/calls`.
 *
 * @packageDocumentation
 */
export { CallButton, type CallButtonProps } from "./call-button.tsx";
export { CallPanel, type CallPanelProps } from "./call-panel.tsx";
