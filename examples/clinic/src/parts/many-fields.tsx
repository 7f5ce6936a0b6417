import { Card, TextField } from "@healthbridge/example-design";
import type { Doctor, EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import type { WishChoice } from "../logic/wish-choice.ts";
import { t } from "../words.ts";
import { DoctorField } from "./doctor-field.tsx";
import { useDesk } from "./use-desk.ts";
import { VisitField } from "./visit-field.tsx";
import { WishFields } from "./wish-fields.tsx";

/** What is asked for all of them. */
export interface ManyChoice {
  readonly doctor: EntityId;
  readonly date: string;
  /** as `09:20`; empty: from the first time on */
  readonly notBefore: string;
  /** kind of visit; empty: any */
  readonly visit: string;
  readonly reason: string;
  readonly wishes: WishChoice;
}

export interface ManyFieldsProps {
  readonly doctor: Doctor;
  readonly choice: ManyChoice;
  readonly onChoice: (choice: ManyChoice) => void;
}

/** With whom and when, what for, and what if the times run out. */
export function ManyFields({ doctor, choice, onChoice }: ManyFieldsProps): VNode {
  const { today } = useDesk();
  const set = (change: Partial<ManyChoice>): void => onChoice({ ...choice, ...change });
  return (
    <Card title={t("manyWhen")}>
      <div class="columns tight">
        <DoctorField value={doctor.id} onValue={(id) => set({ doctor: id, visit: "" })} />
        <TextField
          label={t("date")}
          type="date"
          value={choice.date}
          min={today}
          onValue={(date) => set({ date })}
        />
        <TextField
          label={t("notBefore")}
          type="time"
          value={choice.notBefore}
          onValue={(notBefore) => set({ notBefore })}
        />
        <VisitField doctor={doctor} value={choice.visit} onValue={(visit) => set({ visit })} />
      </div>
      <TextField
        label={t("reasonForAll")}
        value={choice.reason}
        maxLength={200}
        onValue={(reason) => set({ reason })}
      />
      <WishFields wishes={choice.wishes} onWishes={(wishes) => set({ wishes })} />
    </Card>
  );
}
