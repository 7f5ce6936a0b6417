/** Names the file that says by how many milliseconds a process's clock is wrong. */
export const CLOCK_FILE_VARIABLE = "CHAOS_CLOCK_FILE";
