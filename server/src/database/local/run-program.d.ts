export interface ProgramResult {
    /** 0 when all went well, -1 when the program could not be started or was killed. */
    readonly code: number;
    /** What it said, both outputs together. */
    readonly output: string;
}
export interface ProgramOptions {
    readonly env?: NodeJS.ProcessEnv;
    readonly cwd?: string;
    /** the name it is called by; some programs are several, told apart by it */
    readonly argv0?: string;
    readonly signal?: AbortSignal;
}
/** Runs a program to its end. Never throws: a program that is not there is a result too. */
export declare function runProgram(command: readonly string[], options?: ProgramOptions): Promise<ProgramResult>;
/** The last lines, where the reason usually is. */
export declare function lastLines(text: string, count?: number): string;
