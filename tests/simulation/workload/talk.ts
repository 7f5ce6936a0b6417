import type { Message } from "@healthbridge/schema";
import type { HealthBridge } from "../../../client-sdk/src/index.ts";
import type { SeededRandom } from "../../../client-sdk/src/testing/index.ts";
import { CANARIES } from "../world/base.ts";
import type { Device } from "../world/device.ts";
import type { World } from "../world/world.ts";
import type { Hands } from "./hands.ts";
import type { Item } from "./items.ts";

/** After what somebody does on a device something is said so often. */
const TIMES = [0, 1, 1, 2, 2, 3] as const;

/** Lines somebody writes in a row: with the last more than who joins later is shown. */
const ROWS = [1, 1, 1, 2, 3, 5] as const;

/**
 * What people write to each other. Chance of its own: a run in which nobody talks is as it would be without. Whoever sees an appointment tries, whether she
 * takes part in its conversation or not.
 */
export class Talk {
  readonly #world: World;
  readonly #hands: Hands;
  readonly #random: SeededRandom;
  #last = "";

  constructor(world: World, hands: Hands) {
    this.#world = world;
    this.#hands = hands;
    this.#random = world.random.fork("talk");
  }

  /** While all is well somebody has a patient and an appointment for her, and writes; everybody who takes part reads it. */
  async begin(): Promise<void> {
    const { devices } = this.#world;
    const doctor = devices.find(({ person }) => person.role === "doctor")?.person.doctor;
    for (const device of devices.filter(({ person }) => person.role !== "doctor")) {
      const { app, person } = device;
      const { items } = this.#hands;
      const at = doctor !== undefined && this.#random.percent(60) ? { doctor } : {};
      const patient = { ...items.newPatient(person), lane: "normal" as const };
      const booking = { ...items.booking(person, ([id = ""]) => id, at), lane: "normal" as const };
      const lines = Array.from({ length: this.#random.between(1, 4) }, () => this.#saidOf(device, 1));
      this.#hands.ask(device, [patient, booking, ...lines]);
      await app?.sync();
    }
    for (const { app } of devices) await app?.sync();
  }

  /** Perhaps something somebody says or does in a conversation. */
  act(): void {
    for (let time = this.#random.pick(TIMES); time > 0; time -= 1) this.#actOnce();
  }

  #actOnce(): void {
    const device = this.#random.pick(this.#world.devices);
    const app = device.anyApp(this.#random);
    if (app === undefined) return;
    const about = this.#conversationOf(app);
    if (about === undefined || this.#random.percent(8)) this.#bookAndSay(device, app);
    else this.#actIn(device, app, about);
  }

  #actIn(device: Device, app: HealthBridge, about: string): void {
    const roll = this.#random.between(1, 100);
    const one = (item: Item | undefined): void => {
      this.#hands.ask(device, item === undefined ? [] : [item], app);
    };
    if (roll <= 4)
      void device
        .chatOf(app)
        ?.markRead(about)
        .catch(() => undefined); // the app was closed or its disk is full
    else if (roll <= 28) this.#hands.ask(device, this.#lines(device, app, about), app);
    else if (roll <= 39) this.#together(about);
    else if (roll <= 53) one(this.#mark(app, about));
    else if (roll <= 62) one(this.#withdraw(app, about));
    else if (roll <= 75) one(this.#handOver(device, about));
    else if (roll <= 84) one(this.#closeOrReopen(app, about));
    else if (roll <= 94) this.#moveCard(device, app, about);
    else this.#toAnotherDoctor(device, app, about);
  }

  /** Often the one somebody spoke in last: so people meet. Also one whose appointment waits on this device. */
  #conversationOf(app: HealthBridge): string | undefined {
    const begun = app.list("conversation").map(({ id }) => id);
    const known =
      begun.length > 0 && this.#random.percent(60) ? begun : app.list("appointment").map(({ id }) => id);
    const isHere = isKnown(app, this.#last);
    const chosen = isHere && this.#random.percent(70) ? this.#last : undefined;
    const id = chosen ?? (known.length === 0 ? undefined : this.#random.pick(known));
    this.#last = id ?? this.#last;
    return id;
  }

  #lines(device: Device, app: HealthBridge, about: string): readonly Item[] {
    const said = this.#random.percent(30) ? app.list("message") : [];
    // Now and then of another conversation: which is refused.
    const replies = this.#random.percent(90) ? said.filter((each) => each.conversation === about) : said;
    const replyTo = replies.length === 0 ? undefined : this.#random.pick(replies).id;
    const lane = this.#random.pick(["urgent", "urgent", "normal"] as const);
    return Array.from({ length: this.#random.pick(ROWS) }, () => ({
      ...this.#line(device, about),
      lane,
    })).map((item, at) =>
      at === 0 && replyTo !== undefined ? { ...item, input: { ...item.input, replyTo } } : item,
    );
  }

  #line({ person: { tenant } }: Device, conversation: string) {
    const word = this.#hands.items.word();
    const text = `${tenant === "voi" ? CANARIES.voi : CANARIES.kitui} ${word}`;
    const urgent = this.#random.percent(20);
    return { word, type: "message.send", input: { conversation, text, ...(urgent && { urgent }) } };
  }

  /** A booking, and in the same breath what is to be said about it. */
  #bookAndSay(device: Device, app: HealthBridge): void {
    const patient = this.#hands.patientOf(app);
    if (patient === undefined) return;
    const booking = this.#hands.items.booking(device.person, () => patient);
    this.#hands.ask(device, [booking, { ...this.#saidOf(device, 0), lane: booking.lane ?? "normal" }], app);
  }

  /** A line about the appointment that stands at this place among what is asked for with it. */
  #saidOf(device: Device, at: number): Item {
    const { word, type, input } = this.#line(device, "");
    return { word, type, input: (earlier) => ({ ...input, conversation: earlier[at] ?? "" }) };
  }

  /** Everybody who has it before her says something at the same time. */
  #together(about: string): void {
    for (const device of this.#world.devices) {
      const { app } = device;
      if (app !== undefined && isKnown(app, about))
        this.#hands.hurry(device, this.#lines(device, app, about));
    }
  }

  /** As far as she has come; sometimes as if she had come less far, or further than there is. */
  #mark(app: HealthBridge, conversation: string): Item | undefined {
    const newest = Math.max(0, ...linesOf(app, conversation).map(({ number }) => number));
    const through = newest + this.#random.pick([0, 0, 0, -1, -2, 5]);
    const type = this.#random.pick(["conversation.markRead", "conversation.markDelivered"] as const);
    return through < 1
      ? undefined
      : { type, lane: this.#hands.items.lane(), input: { conversation, through } };
  }

  /** Mostly one of her own. */
  #withdraw(app: HealthBridge, conversation: string): Item | undefined {
    const account = app.status.get().account?.id;
    const lines = linesOf(app, conversation);
    const own = lines.filter((each) => each.account === account);
    const among = own.length > 0 && this.#random.percent(80) ? own : lines;
    if (among.length === 0) return undefined;
    return { type: "message.retract", input: { message: this.#random.pick(among).id } };
  }

  #handOver({ person }: Device, conversation: string): Item {
    const doctor = this.#random.pick(this.#hands.items.doctorsOf(person)).id;
    return { type: "conversation.handOver", lane: this.#hands.items.lane(), input: { conversation, doctor } };
  }

  #closeOrReopen(app: HealthBridge, conversation: string): Item {
    const closed = app.get("conversation", conversation)?.closed === true;
    const type = closed === this.#random.percent(75) ? "conversation.reopen" : "conversation.close";
    return { type, lane: this.#hands.items.lane(), input: { conversation } };
  }

  /** The patient's card goes to another clinic, with all that was said. */
  #moveCard(device: Device, app: HealthBridge, about: string): void {
    const { patient } = app.get("conversation", about) ?? app.get("appointment", about) ?? {};
    const { items } = this.#hands;
    if (patient === undefined) return;
    const { clinic } = this.#random.pick(items.doctorsOf(device.person));
    if (this.#random.percent(50)) this.#hands.ask(device, [items.moveCard(patient, clinic)], app);
    else {
      this.#world.movedCards.add(patient);
      this.#world.operator.moveCard(device.person.tenant, patient, clinic).catch(() => undefined); // the database was away
    }
  }

  /** Where its own doctor has no time: the appointment goes to whoever has, and the conversation with it. */
  #toAnotherDoctor(device: Device, app: HealthBridge, about: string): void {
    const appointment = app.get("appointment", about);
    const others = app
      .list("appointment", (each) => each.doctor === appointment?.doctor && each.id !== about)
      .map(({ start }) => start);
    if (appointment === undefined || others.length === 0) return;
    const input = {
      appointment: about,
      start: this.#random.pick(others),
      ifTaken: [{ wish: "anyDoctor" as const, km: 5, days: 2 }],
    };
    this.#hands.ask(device, [{ type: "appointment.reschedule", input }], app);
  }
}

function isKnown(app: HealthBridge, conversation: string): boolean {
  return (app.get("appointment", conversation) ?? app.get("conversation", conversation)) !== undefined;
}

function linesOf(app: HealthBridge, conversation: string): readonly Message[] {
  return app.list("message", (each) => each.conversation === conversation);
}
