import { type Browser } from "playwright-core";
/** A running browser whose profile outlives it. */
export interface RunningChromium {
    readonly browser: Browser;
    /** SIGKILL for every process of the browser; resolves when it is gone. */
    kill(): Promise<void>;
    close(): Promise<void>;
}
/** Where Chromium is on this machine. On Debian it is installed where it is missing, if we may. */
export declare function findChromium(): Promise<string>;
/** Starts Chromium on a profile folder; the same folder again is the same user's browser again. */
export declare function startChromium(profile: string): Promise<RunningChromium>;
