/**
 * The languages that a header `Accept-Language` names, the most wished first. `*` names none: `fetch` in Node sends it unasked.
 *
 * ```ts
 * wishedLanguages("luo, sw-KE;q=0.8, en;q=0.5, hi;q=0"); // ["luo", "sw-KE", "en"]
 * ```
 */
export function wishedLanguages(header: string): readonly string[] {
  return header
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.split(";").map((each) => each.trim());
      return { tag, weight: weightOf(parameters) };
    })
    .filter(({ tag, weight }) => tag !== "" && tag !== "*" && weight > 0)
    .toSorted((left, right) => right.weight - left.weight)
    .map(({ tag }) => tag);
}

/** How much a language is wished, 0 to 1; 1 where it is not said, or in no number. */
function weightOf(parameters: readonly string[]): number {
  const said = parameters.find((each) => /^q\s*=/i.test(each));
  const weight = said === undefined ? 1 : Number(said.slice(said.indexOf("=") + 1));
  return Number.isNaN(weight) ? 1 : Math.min(1, weight);
}
