import {
  Badge,
  Banner,
  Button,
  Card,
  EmptyState,
  List,
  ListItem,
  type Tone,
  AllSent,
} from "@healthbridge/example-design";
import { useShell } from "@healthbridge/example-design/shell";
import type { Outcome } from "@healthbridge/client-sdk";
import { useOutcomes, useStatus, useWaiting } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import { CalendarPlus, Check, RefreshCw } from "lucide";
import type { ComponentChildren, VNode } from "preact";
import { bookInstead } from "../logic/book-instead.ts";
import { type DayPicture, dayPicture, type Unsent as UnsentThing } from "../logic/day-picture.ts";
import { DayBars, FATE_WORDS } from "../parts/day-bars.tsx";
import { askedInWords, type Known, whatInWords, whenInWords } from "../parts/operation-words.ts";
import { reasonInWords, reasonsOf } from "../parts/reasons.ts";
import { useDeeds } from "../parts/use-deeds.ts";
import { useDesk } from "../parts/use-desk.ts";
import { useKnown } from "../parts/use-known.ts";
import { useOtherWorkers } from "../parts/use-other-workers.ts";
import { speech, t } from "../words.ts";

/** The end of the day: what was sent and what was not, and why, with everything one can do about it. */
export function CloseScreen(): VNode {
  const { account } = useDesk();
  const { label } = useShell();
  const { outcomes, ready, acknowledge } = useOutcomes();
  const waiting = useWaiting();
  const state = useStatus(({ state: now }) => now);
  const others = useOtherWorkers();
  const known = useKnown();
  const picture = dayPicture(account?.name ?? label, outcomes, waiting, others, state);
  const isOver =
    ready && picture.unsent.length === 0 && picture.refused.length === 0 && picture.otherwise.length === 0;
  return (
    <div class="stack loose">
      <Card title={t("dayPicture")}>
        <DayBars picture={picture} />
        {others.some((each) => each.waiting > 0) && <p class="small muted">{t("othersLead")}</p>}
      </Card>
      {isOver && picture.done.length > 0 && (
        <Banner
          tone="sure"
          urgent={false}
          actions={
            <Button icon={Check} onClick={() => void acknowledge(...outcomes.map(({ id }) => id))}>
              {t("closeDay")}
            </Button>
          }
        >
          {t("allDone", { n: picture.done.length })}
        </Banner>
      )}
      {isOver && picture.done.length === 0 && (
        <EmptyState picture={AllSent} title={t("nothingLeft")}>
          {t("nothingLeftLead")}
        </EmptyState>
      )}
      <ToDo picture={picture} known={known} onDone={(id) => void acknowledge(id)} />
      <Unsent picture={picture} known={known} />
      <Done picture={picture} known={known} />
    </div>
  );
}

interface PictureProps {
  readonly picture: DayPicture;
  readonly known: Known;
}

/** What somebody has to see to: refused, or done otherwise. */
function ToDo({ picture, known, onDone }: PictureProps & { readonly onDone: (id: EntityId) => void }): VNode {
  return (
    <>
      {picture.refused.length > 0 && (
        <Part title={t("refusedTitle", { n: picture.refused.length })} lead={t("refusedLead")}>
          {picture.refused.map((outcome) => (
            <Refused key={outcome.id} outcome={outcome} known={known} onDone={() => onDone(outcome.id)} />
          ))}
        </Part>
      )}
      {picture.otherwise.length > 0 && (
        <Part title={t("otherwiseTitle", { n: picture.otherwise.length })} lead={t("otherwiseLead")}>
          {picture.otherwise.map((outcome) => (
            <Otherwise key={outcome.id} outcome={outcome} known={known} onDone={() => onDone(outcome.id)} />
          ))}
        </Part>
      )}
    </>
  );
}

function Unsent({ picture, known }: PictureProps): VNode | null {
  const { hb } = useDesk();
  const state = useStatus(({ state: now }) => now);
  if (picture.unsent.length === 0) return null;
  return (
    <Part
      title={t("unsentTitle", { n: picture.unsent.length })}
      lead={t("unsentLead")}
      action={
        <Button kind="plain" icon={RefreshCw} busy={state === "sending"} onClick={() => void hb.sync()}>
          {t("sendNow")}
        </Button>
      }
    >
      {picture.unsent.map((unsent) => (
        <NotSent key={unsent.operation.id} unsent={unsent} known={known} />
      ))}
    </Part>
  );
}

function Done({ picture, known }: PictureProps): VNode | null {
  if (picture.done.length === 0) return null;
  return (
    <details>
      <summary>{t("doneTitle", { n: picture.done.length })}</summary>
      <List label={t(FATE_WORDS.done)}>
        {picture.done.map((outcome) => (
          <ListItem
            key={outcome.id}
            title={whatInWords(outcome, known)}
            detail={whenInWords(outcome, known)}
          />
        ))}
      </List>
    </details>
  );
}

interface PartProps {
  readonly title: string;
  readonly lead: string;
  readonly action?: ComponentChildren;
  readonly children: ComponentChildren;
}

function Part({ title, lead, action, children }: PartProps): VNode {
  return (
    <section class="stack tight" aria-label={title}>
      <div class="row between">
        <div>
          <h2>{title}</h2>
          <p class="small muted">{lead}</p>
        </div>
        {action}
      </div>
      <List label={title}>{children}</List>
    </section>
  );
}

interface OutcomeProps {
  readonly outcome: Outcome;
  readonly known: Known;
  readonly onDone: () => void;
}

/** Refused: why, and the times that could be had instead. */
function Refused({ outcome, known, onDone }: OutcomeProps): VNode {
  const { hb } = useDesk();
  const { keep } = useDeeds(() => "");
  const { input, problem, type } = outcome;
  const alternatives = type === "appointment.book" ? (problem?.alternatives ?? []) : [];
  const book = async (start: string): Promise<void> => {
    const asked = bookInstead(input, start);
    if (asked === undefined) return;
    // One instead of what was refused, however often it is pressed.
    const ref = `instead of ${outcome.id}`;
    if (await keep(() => hb.book(asked, { ref }), "saidAsked", known.patientName(asked.patient) ?? ""))
      onDone();
  };
  return (
    <li class="item outcome">
      <span class="grow">
        <span class="strong">{whatInWords(outcome, known)}</span>
        <span class="detail">{askedInWords(outcome, known)}</span>
        <span>{reasonsOf(problem).join(" ")}</span>
      </span>
      <span class="row">
        {alternatives.map((start) => (
          <Button key={start} kind="plain" icon={CalendarPlus} onClick={() => void book(start)}>
            {t("askInstead", { time: `${speech.day(start)}, ${speech.time(start)}` })}
          </Button>
        ))}
        <Button icon={Check} onClick={onDone}>
          {t("dealtWith")}
        </Button>
      </span>
    </li>
  );
}

/** Done, but otherwise than asked: somebody has to tell the patient. */
function Otherwise({ outcome, known, onDone }: OutcomeProps): VNode {
  const output = typeof outcome.output === "object" && outcome.output !== null ? outcome.output : {};
  const start = "start" in output && typeof output.start === "string" ? output.start : undefined;
  const status = "status" in output ? output.status : undefined;
  const found = start === undefined ? "" : `${speech.day(start)}, ${speech.time(start)}`;
  const word =
    status === "waitlist"
      ? t("onListNow")
      : status === "pending"
        ? t("pendingNow", { time: found })
        : t("otherTime", { time: found });
  return (
    <li class="item outcome">
      <span class="grow">
        <span class="strong">{whatInWords(outcome, known)}</span>
        <span class="detail">{t("askedWas", { when: askedInWords(outcome, known) })}</span>
        <span>{word}</span>
      </span>
      <Button icon={Check} onClick={onDone}>
        {t("toldHer")}
      </Button>
    </li>
  );
}

const WHY_WORDS = {
  noNetwork: "whyNoNetwork",
  signIn: "whySignIn",
  upgrade: "whyUpgrade",
  underWay: "whyUnderWay",
  notYet: "whyNotYet",
  willBeRefused: "whyRefused",
} as const;

function NotSent({
  unsent: { operation, why, certain },
  known,
}: {
  readonly unsent: UnsentThing;
  readonly known: Known;
}): VNode {
  const tone: Tone = certain ? "sure" : why === "willBeRefused" ? "trouble" : "waiting";
  const reason =
    why === "willBeRefused"
      ? `${t(WHY_WORDS[why])} ${reasonInWords(operation.problem?.code)}`
      : t(WHY_WORDS[why]);
  return (
    <ListItem
      title={whatInWords(operation, known)}
      detail={[askedInWords(operation, known), reason].filter((part) => part !== "").join(". ")}
      after={<Badge tone={tone}>{t(certain ? "certainUnsent" : "unsent")}</Badge>}
    />
  );
}
