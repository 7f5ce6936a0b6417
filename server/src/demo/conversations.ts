import type { EntityId, InputOf } from "@healthbridge/schema";

/** Whose line it is, of the demo's accounts. */
export type DemoWriter = "staff" | "doctor" | "patient";

/** What somebody has done in a conversation before anybody signs in. */
export interface DemoWord {
  readonly by: DemoWriter;
  readonly type: "message.send" | "conversation.markRead";
  readonly input: InputOf<"message.send"> | InputOf<"conversation.markRead">;
}

/** Appointments that are talked about. */
export interface TalkedAbout {
  /** booked by the clinic with the demo's doctor */
  readonly byDesk: EntityId;
  /** booked by the demo's patient with her */
  readonly byFamily: EntityId;
}

/** What was written and read already, in its order: the clinic and the doctor about one patient, a mother and the doctor about her child. */
export function planWords({ byDesk, byFamily }: TalkedAbout): readonly DemoWord[] {
  const says = (by: DemoWriter, conversation: EntityId, text: string): DemoWord => ({
    by,
    type: "message.send",
    input: { conversation, text },
  });
  const reads = (by: DemoWriter, conversation: EntityId, through: number): DemoWord => ({
    by,
    type: "conversation.markRead",
    input: { conversation, through },
  });
  return [
    says(
      "staff",
      byDesk,
      "Good morning, doctor. The blood pressure at the dispensary was 168/102 this morning.",
    ),
    says("staff", byDesk, "No tablets for two weeks: they ran out, and the road was closed."),
    reads("doctor", byDesk, 2),
    says("doctor", byDesk, "Thank you. Any headache, or seeing worse than before?"),
    says("patient", byFamily, "Akai coughs again at night, but she drinks and plays."),
    reads("staff", byDesk, 3),
    says("staff", byDesk, "A little headache, and sees well. Better to come before the appointment?"),
    reads("doctor", byFamily, 1),
    says(
      "doctor",
      byFamily,
      "Bring her card along. If she breathes fast or does not drink, come at once, day or night.",
    ),
  ];
}
