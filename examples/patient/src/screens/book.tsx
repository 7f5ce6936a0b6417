import { HealthBridgeError } from "@healthbridge/client-sdk";
import { useEntity, useList, useNow } from "@healthbridge/client-sdk/react";
import {
  Banner,
  Button,
  Card,
  CheckField,
  ChoiceField,
  focusFirstWrong,
  SelectField,
  TextField,
} from "@healthbridge/example-design";
import { useShell } from "@healthbridge/example-design/shell";
import {
  type EntityId,
  epochMinutes,
  hasRoom,
  sheetId,
  slotAt,
  type Start,
} from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { BegunRequest } from "../app/memory.ts";
import { useParts } from "../app/parts.ts";
import { useBegun } from "../app/use-begun.ts";
import { useDoctor } from "../app/use-doctor.ts";
import { goTo } from "../app/use-route.ts";
import { bookInputOf, type BookingForm, isUsefulDate } from "../logic/booking.ts";
import { partOf } from "../logic/free-times.ts";
import { hashOf } from "../logic/route.ts";
import { USUAL_WISHES } from "../logic/wishes.ts";
import { WishFields } from "../parts/wish-fields.tsx";
import { kindOfVisit } from "../words/sayings.ts";
import { useWords } from "../words/words.ts";

export interface BookScreenProps {
  readonly doctor: EntityId;
  readonly start: Start;
  /** for whom, where that is known already */
  readonly patient?: EntityId | undefined;
}

/** Asks for a time: for whom, why, and what should happen if somebody is faster. */
export function BookScreen({ doctor: id, start, patient }: BookScreenProps): VNode {
  const { t, day, time } = useWords();
  const { doctor } = useDoctor(id);
  const kinds = (doctor?.rules?.visits ?? []).map(({ kind }) => kind);
  const { form, change, send, state } = useRequest({ doctor: id, start, patient }, kinds);
  const element = useRef<HTMLFormElement>(null);
  const [tried, setTried] = useState(0);
  useEffect(() => {
    if (state === "wrongDate" && element.current !== null) focusFirstWrong(element.current);
  }, [state, tried]);
  if (form === undefined) return <NobodyYet />;
  return (
    <form
      ref={element}
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(tried + 1);
        void send();
      }}
    >
      <Card title={`${day(start, "long")}, ${time(start)}`}>
        <p class="muted">{doctor?.name}</p>
      </Card>
      <FreeStill doctor={id} start={start} />
      <BookFields
        form={form}
        start={start}
        kinds={kinds}
        wrongDate={state === "wrongDate"}
        onChange={change}
      />
      {(state === "failed" || state === "full") && (
        <Banner tone="trouble">{t(state === "full" ? "book.full" : "book.failed")}</Banner>
      )}
      <Button type="submit" kind="primary" wide busy={state === "busy"}>
        {t("book.send")}
      </Button>
    </form>
  );
}

interface RequestDraft {
  /** none while there is nobody to book for */
  readonly form: BookingForm | undefined;
  readonly change: (change: Partial<BookingForm>) => void;
  readonly send: () => Promise<void>;
  readonly state: "open" | "busy" | "wrongDate" | "failed" | "full";
}

/** A request while it is written; once it is kept on this phone its appointment is shown. */
function useRequest(
  { doctor, start, patient: known }: BookScreenProps,
  kinds: readonly string[],
): RequestDraft {
  const { hb } = useShell();
  const { memory } = useParts();
  const patients = useList("patient");
  // Of this doctor, whichever time it is: where somebody was faster she chooses another one and need not write it again.
  const { text: reason, write, wasSent } = useBegun(`book ${doctor}`);
  const [written, setWritten] = useState(() => begunFor(memory.get().requests[doctor], start, known));
  const [state, setState] = useState<RequestDraft["state"]>("open");
  const chosen = patients.some(({ id }) => id === written.patient) ? written.patient : undefined;
  const patient = chosen ?? known ?? patients[0]?.id;
  const usual = { wishes: USUAL_WISHES, samePart: false, usefulUntil: "" };
  const kind = kinds.find((each) => each === written.kind) ?? kinds[0] ?? "";
  const form = patient === undefined ? undefined : { ...usual, ...written, kind, reason, patient };
  const send = async (): Promise<void> => {
    if (form === undefined || state === "busy") return;
    if (!isUsefulDate(form, start)) return setState("wrongDate");
    setState("busy");
    try {
      const { id } = await hb.book(bookInputOf(form, doctor, start));
      wasSent(form.reason);
      memory.noteRequest(doctor, undefined);
      goTo({ screen: "appointment", id }, { replace: true });
    } catch (error) {
      setState(error instanceof HealthBridgeError && error.code === "store_full" ? "full" : "failed");
    }
  };
  const change = (more: Partial<BookingForm>): void => {
    const { reason: said, ...others } = more;
    if (said !== undefined) write(said);
    else {
      const now = { ...written, ...others };
      setWritten(now);
      memory.noteRequest(doctor, now);
    }
  };
  return { form, change, send, state };
}

/** What she had chosen before, as far as it is of use for this time; who is named where she comes from goes before whom she had chosen. */
function begunFor(begun: BegunRequest = {}, start: Start, known: EntityId | undefined): BegunRequest {
  const { usefulUntil = "", patient, ...others } = begun;
  return {
    ...others,
    ...(isUsefulDate({ usefulUntil }, start) && { usefulUntil }),
    ...((known ?? patient) !== undefined && { patient: known ?? patient }),
  };
}

interface BookFieldsProps {
  readonly form: BookingForm;
  readonly start: Start;
  readonly kinds: readonly string[];
  readonly wrongDate: boolean;
  readonly onChange: (change: Partial<BookingForm>) => void;
}

function BookFields({ form, start, kinds, wrongDate, onChange }: BookFieldsProps): VNode {
  const speech = useWords();
  const { t } = speech;
  const patients = useList("patient");
  return (
    <>
      {patients.length > 1 && (
        <ChoiceField
          label={t("book.for")}
          value={form.patient}
          onValue={(patient) => onChange({ patient })}
          options={patients.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      {kinds.length > 0 && (
        <SelectField
          label={t("book.kind")}
          value={form.kind}
          onValue={(kind) => onChange({ kind })}
          options={kinds.map((kind) => ({ value: kind, label: kindOfVisit(speech, kind) }))}
        />
      )}
      <TextField
        label={t("book.reason")}
        hint={t("book.reasonHint")}
        maxLength={200}
        value={form.reason}
        onValue={(reason) => onChange({ reason })}
      />
      <Card title={t("book.wishes")}>
        <p class="muted small">{t("book.wishesMore")}</p>
        <WishFields wishes={form.wishes} onWishes={(wishes) => onChange({ wishes })} />
        <CheckField
          label={t("book.part", { part: t(`doctor.part.${partOf(start)}`).toLowerCase() })}
          checked={form.samePart}
          onChecked={(samePart) => onChange({ samePart })}
        />
        <p class="muted small">{t("book.nothing")}</p>
      </Card>
      <TextField
        label={t("book.useful")}
        hint={t("book.usefulHint")}
        type="date"
        min={start.slice(0, 10)}
        value={form.usefulUntil}
        onValue={(usefulUntil) => onChange({ usefulUntil })}
        error={wrongDate ? t("book.usefulWrong") : undefined}
      />
    </>
  );
}

/** Says so before she asks where this phone knows that somebody was faster. */
function FreeStill({ doctor, start }: { readonly doctor: EntityId; readonly start: Start }): VNode | null {
  const { t } = useWords();
  const sheet = useEntity("sheet", sheetId(doctor, start.slice(0, 10)));
  const now = useNow();
  const slot = sheet && slotAt(sheet, epochMinutes(start));
  if (sheet === undefined || (slot !== undefined && hasRoom(sheet, slot, now))) return null;
  return <Banner tone="trouble">{t("book.taken")}</Banner>;
}

function NobodyYet(): VNode {
  const { t } = useWords();
  return (
    <Banner
      tone="info"
      actions={
        <a class="button" data-kind="primary" href={hashOf({ screen: "family" })}>
          {t("home.add")}
        </a>
      }
    >
      {t("book.nobody")}
    </Banner>
  );
}
