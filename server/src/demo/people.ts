import type { Fee, InputOf } from "@healthbridge/schema";
import { MEN, peopleOf, WOMEN } from "./counties.ts";
import { type Dice, diceFor } from "./dice.ts";

/** A facility that made-up people can be put into. */
export interface Place {
  /** number of its row in the register */
  readonly number: number;
  readonly name: string;
  readonly level: string;
  readonly county: string;
  readonly ward: string | undefined;
}

/** A made-up doctor. */
export interface DoctorPlan {
  readonly place: Place;
  readonly name: string;
  readonly specialities: readonly string[];
  readonly languages: readonly string[];
  readonly fee: Fee;
  readonly weekly: InputOf<"availability.set">["weekly"];
}

/** Where the demo's staff, doctor and patients are: a referral hospital in a county of long ways and thin networks. */
const HOME = "Lodwar County Referral Hospital";
const AT_HOME = ["general-practice", "general-practice", "paediatrics", "obstetrics", "surgery"] as const;
const LEAST_PER_COUNTY = 4;

/** The facility around which the demo plays. */
export function homeOf(places: readonly [Place, ...Place[]]): Place {
  return places.find(({ name }) => name === HOME) ?? places[0];
}

/** Makes doctors up and puts them into real facilities: some in every county, the others wherever chance has it. The same places and the same number give the same doctors. */
export function planDoctors(places: readonly [Place, ...Place[]], count: number): readonly DoctorPlan[] {
  const dice = diceFor("HealthBridge's demo doctors");
  const home = homeOf(places);
  const chosen: Place[] = AT_HOME.map(() => home);
  const counties = Map.groupBy(places, ({ county }) => county);
  for (const [first, ...others] of counties.values()) {
    if (first === undefined) continue;
    for (let at = 0; at < LEAST_PER_COUNTY; at += 1) chosen.push(dice.pick([first, ...others]));
  }
  while (chosen.length < count) chosen.push(dice.pick(places));
  return chosen.slice(0, count).map((place, at) => planDoctor(place, AT_HOME[at], dice));
}

function planDoctor(place: Place, speciality: string | undefined, dice: Dice): DoctorPlan {
  const people = peopleOf(place.county);
  const woman = dice.chance(45);
  const given = dice.chance(50)
    ? dice.pick(woman ? WOMEN : MEN)
    : dice.pick(woman ? people.women : people.men);
  const languages = ["sw", "en", ...(dice.chance(80) ? [people.language] : [])];
  const name = `Dr ${given} ${dice.pick(people.families)}`;
  const specialities = speciality === undefined ? specialitiesAt(place, dice) : [speciality];
  return {
    place,
    name,
    specialities,
    languages,
    fee: feeOf(place, specialities),
    weekly: speciality === undefined ? dice.pick(WEEKS) : WEEKS[0],
  };
}

/** Made up: specialists ask more, and so do hospitals. In cents of a shilling. */
function feeOf({ level }: Place, specialities: readonly string[]): Fee {
  const general = specialities.includes("general-practice") ? 30_000 : 100_000;
  return { amount: level === "Level 3" ? general : 2 * general, currency: "KES" };
}

/** Health centres (level 3) have few specialists, hospitals many. */
function specialitiesAt({ level }: Place, dice: Dice): readonly string[] {
  const few = ["paediatrics", "obstetrics", "dentistry", "family-medicine"] as const;
  const many = [
    ...few,
    "surgery",
    "internal-medicine",
    "gynaecology",
    "psychiatry",
    "ophthalmology",
    "dermatology",
    "orthopaedics",
    "ear-nose-throat",
    "cardiology",
  ] as const;
  if (dice.chance(level === "Level 3" ? 70 : 40)) return ["general-practice"];
  const main = level === "Level 3" ? dice.pick(few) : dice.pick(many);
  return dice.chance(25) ? [main, "general-practice"] : [main];
}

const MORNING = { from: "08:00", to: "13:00" };
const AFTERNOON = { from: "14:00", to: "17:00" };

function week(days: readonly number[], hours: readonly (typeof MORNING)[], saturday: boolean) {
  const open = days.map((day) => ({ day, hours: [...hours] }));
  return saturday ? [...open, { day: 6, hours: [{ from: "09:00", to: "13:00" }] }] : open;
}

const WEEKS: readonly [DoctorPlan["weekly"], ...DoctorPlan["weekly"][]] = [
  week([1, 2, 3, 4, 5], [MORNING, AFTERNOON], true),
  week([1, 2, 3, 4, 5], [MORNING, AFTERNOON], false),
  week([1, 2, 3, 4, 5], [MORNING], true),
  week([1, 3, 5], [MORNING, AFTERNOON], true),
  week(
    [2, 4],
    [
      { from: "09:00", to: "13:00" },
      { from: "14:00", to: "18:00" },
    ],
    true,
  ),
];

const PATIENTS = 40;

/** Makes patients up whose cards the home clinic keeps. */
export function planPatients(home: Place): readonly Omit<InputOf<"patient.register">, "clinic">[] {
  const dice = diceFor("HealthBridge's demo patients");
  const people = peopleOf(home.county);
  return Array.from({ length: PATIENTS }, (_, at) => {
    const woman = dice.chance(55);
    const given = dice.pick(dice.chance(60) ? (woman ? people.women : people.men) : woman ? WOMEN : MEN);
    const born = `${String(1940 + dice.roll(84))}-${twoDigits(1 + dice.roll(12))}-${twoDigits(1 + dice.roll(28))}`;
    return {
      name: `${given} ${dice.pick(people.families)}`,
      born,
      sex: woman ? "female" : "male",
      ...(dice.chance(70) ? { phone: `+2547000${String(10_000 + at)}` } : {}),
      language: dice.chance(50) ? people.language : "sw",
      ...(home.ward === undefined ? {} : { village: home.ward }),
      cardNumber: `OP/${String(1001 + at)}`,
    };
  });
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
