import type { HealthBridge, Outcome } from "@healthbridge/client-sdk";
import { HealthBridgeError } from "@healthbridge/client-sdk";
import type { Attachments } from "@healthbridge/client-sdk/attachments";
import type { Chat, ShownMessage } from "@healthbridge/client-sdk/chat";
import type { EntityId } from "@healthbridge/schema";
import { type Command, readCommand } from "./commands.ts";
import { Company, type TalkLine } from "./company.ts";
import { Entries } from "./entries.ts";
import { doctorCalled, DoctorNames } from "./doctors.ts";
import { COMMANDS } from "./help.ts";
import { Files } from "./files.ts";
import { placed, type PlacedLine, toWithdraw } from "./lines.ts";
import { search } from "./search.ts";
import { type Face, titleOf, type View, whenOf } from "./view.ts";
import { networkInWords, refusalInWords, troubleInWords } from "./words.ts";

/** What somebody has open. */
interface Place {
  readonly conversation: EntityId;
  /** older lines than this device holds, as the server told them */
  readonly older: readonly ShownMessage[];
  /** the newest line that is to be seen, while somebody looks at older ones */
  readonly until: EntityId | undefined;
  /** somebody had written there when it was looked at last */
  readonly begun: boolean;
}

const OPEN_FIRST = "Open a conversation first: its number, or the patient's name.";
const CLOSING = {
  close: "It closes when the server has heard of it. /reopen goes on with it.",
  reopen: "It goes on when the server has heard of it.",
} as const;

/** One person's talk: what she has open, what she types, and what she is told. */
export class Talk {
  readonly #hb: HealthBridge;
  readonly #chat: Chat;
  readonly #face: Face;
  readonly #entries: Entries;
  readonly #company: Company | undefined;
  readonly #files: Files | undefined;
  readonly #line: TalkLine | undefined;
  readonly #names: DoctorNames;
  readonly #stops: ReadonlyArray<() => void>;
  #place: Place | undefined;
  #due = false;
  #ended = false;

  /**
   * @param line for who else is there; without one nobody is seen to be
   * @param attachments for photos and voice notes
   */
  constructor(hb: HealthBridge, chat: Chat, face: Face, line?: TalkLine, attachments?: Attachments) {
    this.#hb = hb;
    this.#chat = chat;
    this.#face = face;
    this.#entries = new Entries(hb, chat);
    this.#names = new DoctorNames(hb);
    this.#line = line;
    this.#files = attachments && new Files(attachments, chat, (words) => face.tell(words));
    this.#company = line && new Company(line, () => this.#changed());
    this.#stops = [
      chat.watch(() => this.#changed()),
      hb.status.subscribe(() => this.#changed()),
      hb.on("outcome", (outcome) => void this.#heard(outcome)),
    ];
  }

  /** Ends it; what is queued stays queued. */
  end(): void {
    this.#ended = true;
    for (const stop of this.#stops) stop();
    this.#company?.[Symbol.dispose]();
    this.#files?.end();
  }

  /** A key was pressed. */
  keyed(): void {
    this.#company?.types();
  }

  /** Whether a conversation is open. */
  get isOpen(): boolean {
    return this.#place !== undefined;
  }

  /** What is to be seen now. */
  view(): View {
    const { account } = this.#hb.status.get();
    const place = this.#place;
    const entry = place && this.#entries.one(place.conversation);
    return {
      name: account?.name ?? "",
      network: networkInWords(this.#hb.status.get(), this.#line?.state.get() === "live"),
      company: this.#company?.words() ?? "",
      entries: this.#entries.list(),
      open: place && entry && { entry, lines: this.#lines(place), hidden: this.#hidden(place) },
    };
  }

  /**
   * Does what was typed.
   * @returns false where it was to end
   */
  async type(line: string): Promise<boolean> {
    this.#face.typed();
    this.#leaveWhatIsGone();
    const command = readCommand(line, this.#place !== undefined);
    if (command.do === "quit") return false;
    try {
      await this.#do(command);
    } catch (error) {
      if (!(error instanceof HealthBridgeError)) throw error;
      this.#face.tell(troubleInWords(error));
    }
    this.refresh();
    return true;
  }

  /** Shows everything anew, and notes what is shown as read. */
  refresh(): void {
    this.#leaveWhatIsGone();
    const place = this.#place;
    this.#company?.look(place?.conversation);
    this.#face.show(this.view());
    if (place !== undefined && place.until === undefined)
      void this.#chat.markRead(place.conversation).catch(() => undefined); // tried again at the next change
  }

  /** What is typed must not go where nobody looks. */
  #leaveWhatIsGone(): void {
    const place = this.#place;
    const entry = place && this.#entries.one(place.conversation);
    if (entry?.begun === true && place?.begun === false) this.#place = { ...place, begun: true };
    // The appointment is hers still where its conversation was handed over.
    if (place === undefined || (entry !== undefined && (entry.begun || !place.begun))) return;
    this.#place = undefined;
    this.#face.tell("You take part in that conversation no longer.");
  }

  #do(command: Command): Promise<void> | void {
    switch (command.do) {
      case "send":
        return this.#send(command.text);
      case "open":
        return this.#open(command.who);
      case "list":
        this.#place = undefined;
        this.#face.again();
        return;
      case "older":
        return this.#older();
      case "newer":
        return this.#newer();
      case "search":
        return this.#search(command.text);
      case "withdraw":
        return this.#withdraw(command.number);
      case "handOver":
        return this.#handOver(command.doctor);
      case "attach":
        return this.#withOpen(async (id) => this.#files?.attach(id, command.path));
      case "save":
        return this.#files?.save(this.#place ? this.#lines(this.#place) : [], command);
      case "close":
        return this.#setOpen("close");
      case "reopen":
        return this.#setOpen("reopen");
      case "dismiss":
        return this.#dismiss();
      case "help":
        this.#face.read("Help", COMMANDS);
        return;
      case "wrong":
        this.#face.tell(command.words);
        return;
      case "nothing":
      case "quit":
        return;
    }
  }

  async #send(text: string): Promise<void> {
    await this.#withOpen(async (conversation) => {
      this.#lookAtEnd();
      await this.#chat.send({ conversation, text });
    });
  }

  #open(who: string): void {
    const [found, ...others] = this.#entries.find(who);
    if (found === undefined) return this.#face.tell(`Nobody here is called “${who}”. /list shows all.`);
    if (others.length > 0) {
      const all = [found, ...others].map(
        (each) => `${String(each.number)}  ${titleOf(each)}, ${whenOf(each)}`,
      );
      return this.#face.tell("Several are meant; write the number:", ...all);
    }
    this.#face.again();
    this.#place = { conversation: found.id, older: [], until: undefined, begun: found.begun };
  }

  async #older(): Promise<void> {
    const place = this.#place;
    if (place === undefined) return this.#face.tell(OPEN_FIRST);
    const lines = this.#lines(place);
    const end = lines.length - this.#hidden(place);
    const start = Math.max(0, end - this.#face.page);
    const gap = lines.slice(start, end).findLast(({ missing }) => missing !== undefined);
    if (gap === undefined)
      return start > 0 ? this.#lookUntil(place, start) : this.#face.tell("This is where it begins.");
    const earlier = await this.#chat.earlier(place.conversation, { before: gap.number ?? 1 });
    const further = { ...place, older: [...earlier, ...place.older] };
    const before = this.#lines(further).findIndex(({ id }) => id === gap.id);
    this.#lookUntil(further, before);
  }

  #newer(): void {
    const place = this.#place;
    if (place === undefined) return;
    const hidden = this.#hidden(place);
    if (hidden <= this.#face.page) return this.#lookAtEnd();
    this.#lookUntil(place, this.#lines(place).length - hidden + this.#face.page);
  }

  /** Looks at the lines up to the one at a place. */
  #lookUntil(place: Place, count: number): void {
    this.#place = place;
    this.#place = { ...place, until: this.#lines(place)[Math.max(0, count - 1)]?.id };
  }

  #lookAtEnd(): void {
    if (this.#place !== undefined) this.#place = { ...this.#place, until: undefined };
  }

  async #search(text: string): Promise<void> {
    const { title, lines } = await search(this.#chat, this.#entries, text);
    this.#face.read(title, lines);
  }

  async #withdraw(number: number | undefined): Promise<void> {
    const place = this.#place;
    if (place === undefined) return this.#face.tell(OPEN_FIRST);
    const meant = toWithdraw(this.#lines(place), number);
    if (typeof meant === "string") return this.#face.tell(meant);
    await this.#chat.retract(meant.id);
  }

  #setOpen(what: keyof typeof CLOSING): Promise<void> {
    return this.#withOpen(async (conversation) => {
      await this.#chat[what](conversation);
      this.#face.tell(CLOSING[what]);
    });
  }

  async #handOver(name: string): Promise<void> {
    await this.#withOpen(async (conversation) => {
      const doctor = await doctorCalled(this.#hb, name, (words) => this.#face.tell(words));
      if (typeof doctor === "string") return this.#face.tell(doctor);
      await this.#chat.handOver({ conversation, doctor: doctor.id });
      this.#face.tell(`${doctor.name} answers from now on, once the server has heard of it.`);
    });
  }

  /** Takes what was refused from the screen. */
  async #dismiss(): Promise<void> {
    const place = this.#place;
    const refused = place === undefined ? [] : this.#lines(place).filter(({ state }) => state === "refused");
    for (const { id } of refused) await this.#chat.dismiss(id);
    if (refused.length === 0) this.#face.tell("Nothing was refused here.");
  }

  async #withOpen(work: (conversation: EntityId) => Promise<void>): Promise<void> {
    if (this.#place === undefined) return this.#face.tell(OPEN_FIRST);
    await work(this.#place.conversation);
  }

  #lines({ conversation, older }: Place): readonly PlacedLine[] {
    return placed(this.#chat.messages(conversation), older);
  }

  #hidden(place: Place): number {
    const lines = this.#lines(place);
    const at = place.until === undefined ? -1 : lines.findLastIndex(({ id }) => id === place.until);
    return at < 0 ? 0 : lines.length - 1 - at;
  }

  /** Many things change at once: they are shown together, in the next turn. */
  #changed(): void {
    if (this.#due) return;
    this.#due = true;
    setImmediate(() => {
      this.#due = false;
      if (this.#ended) return;
      this.#names.fetch(this.#entries.unknownDoctors());
      this.refresh();
    });
  }

  /** Says what became of anything but a line, which says so itself; what was told need not be kept. */
  async #heard({ id, type, status, problem }: Outcome): Promise<void> {
    if (type === "message.send") return;
    const words = status === "rejected" ? refusalInWords(type, problem?.code) : undefined;
    if (words !== undefined) this.#face.tell(words);
    await this.#hb.acknowledge([id]).catch(() => undefined); // it is listed again, and nothing else
  }
}
