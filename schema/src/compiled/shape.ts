/** A rule over an object. Which object is known where a shape is compiled, so its parameter is compared loosely, as a method's. */
type ObjectRule = { holds(value: object): boolean }["holds"];

/**
 * A zod schema in as few bytes as a phone needs to check a value:
 * - a pattern: a text that matches
 * - `t` text, `i` integer, `n` number: between bounds (of the length, for a text), then patterns and rules, or the step
 * - `b` true or false, `*` anything, `e` one of the words of a text
 * - `a` an array of least to most items, `u` a tuple of which so many items are required
 * - `o` an object: 1 where other fields are refused; its fields (`name$` may be left out or `undefined`, `name_` only left out); rules with the field they are said of
 */
export type Shape =
  | RegExp
  | readonly ["t", least: number, most: number, ...tests: (RegExp | ((text: string) => boolean))[]]
  | readonly ["i", least: number, most: number, step: number]
  | readonly ["n", least: number, most: number]
  | readonly ["b"]
  | readonly ["*"]
  | readonly ["e", words: string]
  | readonly ["a", least: number, most: number, item: Shape]
  | readonly ["u", items: readonly Shape[], required: number]
  | readonly [
      "o",
      strict: 0 | 1,
      fields: { readonly [label: string]: Shape },
      ...rules: (readonly [rule: ObjectRule, field: string])[],
    ];
