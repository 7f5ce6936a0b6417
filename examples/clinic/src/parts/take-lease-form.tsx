import { Button, SelectField, TextField } from "@healthbridge/example-design";
import type { EntityId } from "@healthbridge/schema/client";
import { ShieldPlus } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { startAt } from "../logic/wall.ts";
import { speech, t } from "../words.ts";
import { useDeeds } from "./use-deeds.ts";
import { useDesk } from "./use-desk.ts";
import { DoctorField } from "./doctor-field.tsx";
import { Form } from "./form.tsx";

const PARTS = ["", "morning", "afternoon", "evening"] as const;
type Part = (typeof PARTS)[number];
const PART_WORDS = {
  "": "wholeDay",
  morning: "morning",
  afternoon: "afternoon",
  evening: "evening",
} as const;

interface Wanted {
  readonly doctor: EntityId | undefined;
  readonly date: string;
  readonly part: Part;
  readonly most: string;
  readonly until: string;
}

const USUAL = { doctor: undefined, part: "", most: "6", until: "18:00" } as const;

/** Asks for times of a doctor for this device alone. Only the server can give them: worth asking while there is a network. */
export function TakeLeaseForm(): VNode {
  const { hb, doctors, today, zone, now } = useDesk();
  const { keep } = useDeeds(() => "");
  const [wanted, setWanted] = useState<Wanted>({ ...USUAL, date: today });
  /** as it was asked for last: asked for once more it would be as many times again */
  const [asked, setAsked] = useState<Wanted>();
  const [wrong, setWrong] = useState(false);
  const { date, part, most } = wanted;
  const doctor = doctors.find(({ id }) => id === wanted.doctor) ?? doctors[0];
  const until = startAt(zone, date, wanted.until);
  const take = async (): Promise<void> => {
    const isOver = until === undefined || Date.parse(until) <= now;
    setWrong(isOver);
    if (doctor === undefined || isOver) return;
    const times = Number(most);
    const input = {
      doctor: doctor.id,
      dates: [date],
      until,
      ...(times > 0 && { most: times }),
      ...(part !== "" && { partOfDay: part }),
    };
    if (await keep(() => hb.takeLease(input), "saidLeaseAsked", doctor.name)) setAsked(wanted);
  };
  return (
    <Form onSubmit={take}>
      <DoctorField value={doctor?.id} onValue={(id) => setWanted({ ...wanted, doctor: id })} />
      <WhichTimes wanted={wanted} onWanted={setWanted} wrong={wrong} />
      {date !== "" && <p class="small muted">{t("leaseHow", { day: speech.day(date) })}</p>}
      <div class="row end">
        <Button type="submit" kind="primary" icon={ShieldPlus} disabled={wanted === asked}>
          {t("takeLeaseNow")}
        </Button>
      </div>
    </Form>
  );
}

interface WhichTimesProps {
  readonly wanted: Wanted;
  readonly onWanted: (wanted: Wanted) => void;
  /** until when they are needed is over */
  readonly wrong: boolean;
}

function WhichTimes({ wanted, onWanted, wrong }: WhichTimesProps): VNode {
  const { today } = useDesk();
  const set = (change: Partial<Wanted>): void => onWanted({ ...wanted, ...change });
  return (
    <div class="columns tight">
      <TextField
        label={t("date")}
        type="date"
        value={wanted.date}
        min={today}
        onValue={(date) => set({ date })}
      />
      <SelectField
        label={t("partOfDay")}
        value={wanted.part}
        onValue={(value) => set({ part: PARTS.find((each) => each === value) ?? "" })}
        options={PARTS.map((value) => ({ value, label: t(PART_WORDS[value]) }))}
      />
      <TextField
        label={t("mostTimes")}
        type="number"
        inputMode="numeric"
        min={1}
        max={100}
        value={wanted.most}
        onValue={(most) => set({ most })}
      />
      <TextField
        label={t("confirmUntil")}
        type="time"
        value={wanted.until}
        onValue={(until) => set({ until })}
        error={wrong ? t("untilOver") : undefined}
      />
    </div>
  );
}
