/** The number in a text: nothing where that is empty, `wrong` where it is none, off its steps or out of bounds. */
export function numberIn(
  text: string,
  { step, min, max }: { readonly step: number; readonly min: number; readonly max: number },
): number | undefined | "wrong" {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const number = /^\d+$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  return number >= min && number <= max && number % step === 0 ? number : "wrong";
}
