import type { Conversation, EntityId } from "@healthbridge/schema/client";
import type { Outcome } from "../outbox/operation.ts";
import type { ChatDevice } from "./chat-device.ts";
import { marksOf, type Side } from "./shown-message.ts";

type MarkType = "conversation.markDelivered" | "conversation.markRead";

/** How far this side has come in conversations, as this device says it: once, whichever of its tabs says it, and without the app having to do with it. */
export class Marks {
  readonly #hb: Pick<ChatDevice["hb"], "enqueue" | "waiting">;
  /** how far each conversation was said to be delivered in this run, and how far it was then seen to be */
  readonly #noted = new Map<EntityId, { readonly through: number; readonly seen: number }>();

  constructor(hb: Pick<ChatDevice["hb"], "enqueue" | "waiting">) {
    this.#hb = hb;
  }

  /** Another account is here. */
  forget(): void {
    this.#noted.clear();
  }

  /** Notes that messages up to a number have reached this device. */
  async noteDelivered(conversation: Conversation, side: Side, through: number): Promise<void> {
    const { id } = conversation;
    const seen = marksOf(conversation, side).delivered;
    const noted = this.#noted.get(id);
    // What is seen falls where the conversation went to another doctor, and came back: then all begins anew.
    const said = noted === undefined || seen < noted.seen ? 0 : noted.through;
    this.#noted.set(id, { through: Math.max(said, through), seen });
    if (through <= Math.max(seen, said)) return;
    try {
      await this.#say("conversation.markDelivered", id, through);
    } catch (error) {
      this.#noted.delete(id);
      throw error;
    }
  }

  async noteRead(conversation: EntityId, through: number): Promise<void> {
    await this.#say("conversation.markRead", conversation, through);
  }

  /** A reference lets two tabs say it once. Where it was said and settled long ago, to be true once more it is said once more. */
  async #say(type: MarkType, conversation: EntityId, through: number): Promise<void> {
    let ref = `${type} ${conversation} ${String(through)}`;
    for (;;) {
      const { id, known } = await this.#hb.enqueue(type, { conversation, through }, { ref });
      if (known !== true || this.#hb.waiting().some((each) => each.id === id)) return;
      ref = `${type} after ${id}`;
    }
  }
}

/** Whether an operation says how far a side has come. */
export function isMark(type: string): boolean {
  return type.startsWith("conversation.mark");
}

/** Whether an outcome is of a mark that was said here: whoever shows chat has nothing to do with it. */
export function isOfMark({ type, ref }: Outcome): boolean {
  return isMark(type) && ref?.startsWith(`${type} `) === true;
}
