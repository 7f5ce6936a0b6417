import type { HealthBridge } from "@healthbridge/client-sdk";
import type { EntityId } from "@healthbridge/schema";
import { isId, nameWords } from "./lists.ts";
import { PlainError } from "./plain-error.ts";

/**
 * A patient by id, by card or by her whole name.
 * @throws PlainError where nobody or more than one fits
 */
export function patientCalled(hb: HealthBridge, text: string): EntityId {
  if (isId(text)) return text;
  const same = (left: string, right: string): boolean => keyOf(left) === keyOf(right);
  const byCard = hb.list("patient", ({ cardNumber }) => cardNumber !== undefined && same(cardNumber, text));
  const found =
    byCard.length > 0 ? byCard : hb.list("patient", ({ name }) => same(wordsOf(name), wordsOf(text)));
  const [first, second] = found;
  if (first === undefined)
    throw new PlainError(`Nobody here is called “${text}” or has such a card. Register her first.`);
  if (second !== undefined)
    throw new PlainError(`${found.length} patients here are called “${text}”; say which by card or id.`);
  return first.id;
}

function keyOf(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, "");
}

function wordsOf(name: string): string {
  return nameWords(name).toSorted().join(" ");
}
