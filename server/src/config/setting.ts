import * as z from "zod";

/** One setting: how it is read from the environment, and what is told of it. */
export interface Setting<T> {
  readonly name: string;
  readonly help: string;
  readonly example: string;
  /** what a right value looks like, for the message about a wrong one */
  readonly expected: string;
  /** in words, for `--help` */
  readonly standard: string;
  readonly read: z.ZodType<T, string | undefined>;
  /** how the value is printed; left out: as it is */
  show?(value: T): string;
}

/** A setting, with the type of its value. */
export function setting<T>(one: Setting<T>): Setting<T> {
  return one;
}

/** Text as it stands in the environment, without spaces around it. */
export const text = z.string().trim();

/** A whole number between two bounds, with a standard. */
export function whole(least: number, most: number, standard: number) {
  return text
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most))
    .optional()
    .transform((value) => value ?? standard);
}

/** A whole number of something, between two bounds. */
export function amount(
  name: string,
  limits: readonly [least: number, most: number, standard: number],
  unit: string,
  help: string,
) {
  const [least, most, standard] = limits;
  return setting({
    name,
    help,
    example: String(standard),
    expected: `a whole number of ${unit} from ${String(least)} to ${String(most)}`,
    standard: String(standard),
    read: whole(least, most, standard),
  });
}

/** `on` or `off`; off where nothing is said. */
export const onOff = text
  .pipe(z.enum(["on", "off"]))
  .optional()
  .transform((value) => value === "on");

/** `a,b,c`; nothing is an empty list. */
export function list<T>(item: z.ZodType<T, string>, standard = "") {
  return text
    .optional()
    .transform((value) => (value ?? standard).split(",").map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ""))
    .pipe(z.array(item));
}

/** Whether a check, which may throw, finds something in a text. */
export function accepted(check: (value: string) => unknown) {
  return (value: string): boolean => {
    try {
      return check(value) !== undefined;
    } catch {
      return false;
    }
  };
}
