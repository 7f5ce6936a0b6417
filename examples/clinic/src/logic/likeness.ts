import type { Patient } from "@healthbridge/schema/client";

/** Two patients may be one person: how a newcomer at the desk is compared with those whose cards the device holds. */

/** What is known of somebody who is about to be registered. */
export type Newcomer = Pick<Patient, "name" | "born" | "phone" | "sex" | "cardNumber">;

/** What two cards have in common. */
export type Common = "card" | "phone" | "name" | "nearName" | "year" | "nearYear";

/** A card that may be the newcomer's. */
export interface Double<P extends Newcomer = Patient> {
  readonly patient: P;
  /** 0 to 100 */
  readonly score: number;
  readonly because: readonly Common[];
}

const POINTS = { name: 50, phone: 35, year: 25, nearYear: 10, farYear: -30, otherSex: -15 };
const LEAST_SCORE = 50;
/** Names less like each other than this have nothing to do with each other. */
const LEAST_NAME = 0.8;
const SAME_NAME = 0.97;
/** Who does not know her birthday knows it about. */
const NEAR_YEARS = 2;
const FAR_YEARS = 8;
const MOST = 3;

/** The cards most like the newcomer's, the likeliest first. */
export function doublesOf<P extends Newcomer>(
  newcomer: Newcomer,
  known: readonly P[],
  most = MOST,
): ReadonlyArray<Double<P>> {
  const words = wordsOf(newcomer.name);
  if (words.length === 0) return [];
  return known
    .flatMap((patient) => {
      const found = compare(newcomer, words, patient);
      return found.score >= LEAST_SCORE ? [found] : [];
    })
    .toSorted((left, right) => right.score - left.score)
    .slice(0, most);
}

function compare<P extends Newcomer>(newcomer: Newcomer, words: readonly string[], patient: P): Double<P> {
  if (newcomer.cardNumber !== undefined && newcomer.cardNumber === patient.cardNumber)
    return { patient, score: 100, because: ["card"] };
  const because: Common[] = [];
  let score = 0;
  const name = wordsLikeness(words, wordsOf(patient.name));
  if (name >= LEAST_NAME) {
    score += POINTS.name * name;
    because.push(name >= SAME_NAME ? "name" : "nearName");
  }
  if (newcomer.phone !== undefined && newcomer.phone === patient.phone) {
    score += POINTS.phone;
    because.push("phone");
  }
  const apart = yearsApart(newcomer.born, patient.born);
  if (apart !== undefined) {
    if (apart === 0) because.push("year");
    else if (apart <= NEAR_YEARS) because.push("nearYear");
    score += pointsOfYears(apart);
  }
  if (isOther(newcomer.sex, patient.sex)) score += POINTS.otherSex;
  return { patient, score: Math.max(0, Math.min(99, Math.round(score))), because };
}

function pointsOfYears(apart: number): number {
  if (apart === 0) return POINTS.year;
  if (apart <= NEAR_YEARS) return POINTS.nearYear;
  return apart >= FAR_YEARS ? POINTS.farYear : 0;
}

function yearsApart(left: string | undefined, right: string | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  return Math.abs(Number(left.slice(0, 4)) - Number(right.slice(0, 4)));
}

function isOther(left: Patient["sex"], right: Patient["sex"]): boolean {
  const said = [left, right].filter((sex) => sex === "female" || sex === "male");
  return said.length === 2 && left !== right;
}

/** How like two names are, 0 to 1: without accents and case, in whatever order their words stand. */
export function nameLikeness(left: string, right: string): number {
  return wordsLikeness(wordsOf(left), wordsOf(right));
}

/** Words of a name as they are compared. */
export function wordsOf(name: string): readonly string[] {
  return name
    .normalize("NFD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .split(/[^\p{Letter}\p{Number}]+/u)
    .filter((word) => word !== "");
}

/** A word less like the other name's than this is another word. */
const LEAST_WORD = 0.75;
const ANOTHER_WORD = 0.85;

/**
 * Each word of the shorter name with the one most like it. A word too many (a third name, a father's) costs little; one that has nothing to do with the other name costs more, and
 * so does a single word beside several.
 */
function wordsLikeness(left: readonly string[], right: readonly string[]): number {
  const [few, many] = left.length <= right.length ? [left, right] : [right, left];
  if (few.length === 0) return 0;
  const rest = [...many];
  const found = few.map((word) => {
    const likes = rest.map((other) => likeness(word, other));
    const best = Math.max(...likes);
    rest.splice(likes.indexOf(best), 1);
    return best;
  });
  const mean = found.reduce((sum, each) => sum + each, 0) / few.length;
  const tooMany = 1 - 0.05 * Math.min(rest.length, 2);
  const differs = found.some((each) => each < LEAST_WORD) || (few.length === 1 && rest.length > 0);
  return mean * tooMany * (differs ? ANOTHER_WORD : 1);
}

/** Jaro and Winkler's measure of two words: letters in common at about the same place, and more where they begin alike. */
function likeness(left: string, right: string): number {
  if (left === right) return 1;
  const jaro = jaroLikeness(Array.from(left), Array.from(right));
  let alike = 0;
  while (alike < 4 && left[alike] !== undefined && left[alike] === right[alike]) alike += 1;
  return jaro + alike * 0.1 * (1 - jaro);
}

function jaroLikeness(left: readonly string[], right: readonly string[]): number {
  const reach = Math.max(0, Math.floor(Math.max(left.length, right.length) / 2) - 1);
  const used = new Set<number>();
  const inLeft = left.filter((letter, at) => {
    for (let other = Math.max(0, at - reach); other <= Math.min(right.length - 1, at + reach); other += 1)
      if (!used.has(other) && right[other] === letter) {
        used.add(other);
        return true;
      }
    return false;
  });
  const common = inLeft.length;
  if (common === 0) return 0;
  const inRight = right.filter((_, at) => used.has(at));
  const swapped = inLeft.filter((letter, at) => letter !== inRight[at]).length / 2;
  return (common / left.length + common / right.length + (common - swapped) / common) / 3;
}
