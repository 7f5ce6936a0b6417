/**
 * The HealthBridge SDK for browsers, React Native and Node: book, cancel and read offline; everything settles when a network appears.
 *
 * @packageDocumentation
 */
export * from "./core.ts";
export { HealthBridge } from "./with-forecasts.ts";
