/**
 * The HealthBridge server as a library: for tests, benches and programs that start it in their own process.
 *
 * @packageDocumentation
 */
export { type Config, ConfigError, type Environment, readConfig } from "./config/config.ts";
export { type RunningServer, type SeedParts, startServer, type StartOptions } from "./server.ts";
