/** What people write in a consultation, of many lengths; put together so that no two lines are alike. */
const BEGINNINGS = [
  "The fever is back since last night",
  "She has not eaten since yesterday",
  "I took the tablets as you said",
  "The wound looks better",
  "He coughs most in the early morning",
  "My blood pressure was 150 over 95 today",
  "There is no pain any more",
  "The child sleeps well now",
  "I feel dizzy when I stand up",
  "The pharmacy has only the syrup",
];
const ENDS = [
  ".",
  ", what shall I do?",
  ", should we come to the clinic?",
  " and it is getting worse.",
  " but she drinks a little water.",
  ", thank you doctor.",
  " since the rain began.",
];

/** A line, the same for the same number. */
export function sentence(number: number): string {
  const beginning = BEGINNINGS[(number * 7) % BEGINNINGS.length] ?? "";
  const end = ENDS[(number * 3) % ENDS.length] ?? "";
  return `${beginning}${end}${number % 3 === 0 ? ` It is day ${number}.` : ""}`;
}
