/**
 * The HealthBridge SDK for browsers, React Native and Node: book, cancel and read offline; everything settles when a network appears.
 *
 * @packageDocumentation
 */
export { HealthBridge } from "./with-forecasts.ts";
export * from "./core.ts";
