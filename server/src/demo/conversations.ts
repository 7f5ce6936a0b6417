import type { EntityId, InputOf } from "@healthbridge/schema";

/** Whose line it is, of the demo's accounts. */
export type DemoWriter = "staff" | "doctor" | "patient";

/** A line of a conversation that has begun before anybody signs in. */
export interface DemoLine {
  readonly by: DemoWriter;
  readonly input: InputOf<"message.send">;
}

/** Appointments that are talked about. */
export interface TalkedAbout {
  /** booked by the clinic with the demo's doctor */
  readonly byDesk: EntityId;
  /** booked by the demo's patient with her */
  readonly byFamily: EntityId;
}

/** What has been written already, in its order: the clinic and the doctor about one patient, a mother and the doctor about her child. */
export function planLines({ byDesk, byFamily }: TalkedAbout): readonly DemoLine[] {
  const about = (conversation: EntityId, by: DemoWriter, text: string): DemoLine => ({
    by,
    input: { conversation, text },
  });
  return [
    about(
      byDesk,
      "staff",
      "Good morning, doctor. The blood pressure at the dispensary was 168/102 this morning.",
    ),
    about(byDesk, "staff", "No tablets for two weeks: they ran out, and the road was closed."),
    about(byDesk, "doctor", "Thank you. Any headache, or seeing worse than before?"),
    about(byFamily, "patient", "Akai coughs again at night, but she drinks and plays."),
    about(byDesk, "staff", "A little headache, and sees well. Better to come before the appointment?"),
    about(
      byFamily,
      "doctor",
      "Bring her card along. If she breathes fast or does not drink, come at once, day or night.",
    ),
  ];
}
