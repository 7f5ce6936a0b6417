import { HealthBridge } from "@healthbridge/client-sdk";
import type { InputOf } from "@healthbridge/schema";
import type { Conversations } from "../conversations.ts";
import { fieldInWords } from "../words.ts";
import { Fault } from "./fault.ts";

export const MESSAGE_COLUMNS = ["request", "appointment", "patient", "patient_card", "text", "urgent"];

const YES = new Set(["yes", "y", "1", "true", "urgent", "x"]);
const NO = new Set(["no", "n", "0", "false"]);

/**
 * A message from the cells of a row: about an appointment (its id, or the clinic's own reference of the request), or for a patient (her id, her card or her name).
 * @throws Fault for anything that cannot be as it is
 */
export function readMessage(
  cells: ReadonlyMap<string, string>,
  conversations: Conversations,
): InputOf<"message.send"> {
  const text = cells.get("text");
  if (text === undefined) throw new Fault("the text is missing");
  return checkedMessage({
    conversation: conversationOf(cells, conversations),
    text,
    ...(isUrgent(cells.get("urgent")) && { urgent: true }),
  });
}

/**
 * What the SDK would refuse is said before anything is queued.
 * @throws Fault
 */
export function checkedMessage(input: InputOf<"message.send">): InputOf<"message.send"> {
  const problem = HealthBridge.check("message.send", input);
  if (problem !== undefined) throw new Fault(fieldInWords(problem.path));
  return input;
}

function conversationOf(cells: ReadonlyMap<string, string>, conversations: Conversations): string {
  const appointment = cells.get("appointment");
  if (appointment !== undefined) return conversations.ofAppointment(appointment);
  const patient = cells.get("patient") ?? cells.get("patient_card");
  if (patient === undefined)
    throw new Fault("who it is about is missing; write the appointment, the patient or her card");
  return conversations.ofPatient(patient);
}

function isUrgent(text: string | undefined): boolean {
  const word = text?.toLowerCase();
  if (word === undefined || NO.has(word)) return false;
  if (YES.has(word)) return true;
  throw new Fault(`“${word}” in urgent is not understood; write yes or no`);
}
