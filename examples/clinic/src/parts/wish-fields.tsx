import { CheckField } from "@healthbridge/example-design";
import type { VNode } from "preact";
import type { WishChoice } from "../logic/wish-choice.ts";
import { t } from "../words.ts";

export interface WishFieldsProps {
  readonly wishes: WishChoice;
  readonly onWishes: (wishes: WishChoice) => void;
}

const DAYS = { sameDoctor: 5, waitingList: 7 };
const KM = 30;

/** What is to be done when the time is gone by the time the server is asked; tried from above. */
export function WishFields({ wishes, onWishes }: WishFieldsProps): VNode {
  const set = (change: Partial<WishChoice>): void => onWishes({ ...wishes, ...change });
  return (
    <fieldset class="wishes">
      <legend>{t("ifTaken")}</legend>
      <CheckField
        label={t("wishSameDay")}
        checked={wishes.sameDay}
        onChecked={(sameDay) => set({ sameDay })}
      />
      <CheckField
        label={t("wishSameDoctor", { n: DAYS.sameDoctor })}
        checked={wishes.sameDoctorDays > 0}
        onChecked={(on) => set({ sameDoctorDays: on ? DAYS.sameDoctor : 0 })}
      />
      <CheckField
        label={t("wishAnyDoctor", { n: KM })}
        checked={wishes.anyDoctorKm > 0}
        onChecked={(on) => set({ anyDoctorKm: on ? KM : 0 })}
      />
      <CheckField
        label={t("wishWaitingList", { n: DAYS.waitingList })}
        checked={wishes.waitingListDays > 0}
        onChecked={(on) => set({ waitingListDays: on ? DAYS.waitingList : 0 })}
      />
    </fieldset>
  );
}
