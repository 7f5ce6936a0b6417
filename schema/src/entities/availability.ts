/** The longest a slot can be, in minutes. */
export const LONGEST_SLOT_MINUTES = 240;
/** The most exceptions one availability can hold. */
export const MOST_EXCEPTIONS = 200;
