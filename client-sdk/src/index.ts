/**
 * The HealthBridge SDK for browsers and Node, and for React Native with a store of the app's own: book, cancel and read offline; everything settles when a
 * network appears.
 *
 * @packageDocumentation
 */
export { HealthBridge, type LeasedTime } from "./with-forecasts.ts";
export * from "./core.ts";
