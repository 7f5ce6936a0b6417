import type { DoctorKey } from "../words/words.ts";

/** A text of a document: its name in the document, and what it is called. */
export interface PaperText {
  readonly name: string;
  readonly label: DoctorKey;
  readonly hint?: DoctorKey | undefined;
}

/** What a patient is asked before the visit; she writes these in her own app, under the same names. */
export const INTAKE: readonly PaperText[] = [
  { name: "complaint", label: "intakeComplaint" },
  { name: "since", label: "intakeSince" },
  { name: "medicines", label: "intakeMedicines" },
  { name: "allergies", label: "intakeAllergies" },
  { name: "illnesses", label: "intakeIllnesses" },
  { name: "questions", label: "intakeQuestions" },
];

/** What the doctor writes down. */
export const NOTES: readonly PaperText[] = [
  { name: "findings", label: "notesFindings" },
  { name: "plan", label: "notesPlan" },
];
