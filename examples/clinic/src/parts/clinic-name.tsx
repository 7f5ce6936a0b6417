import { Icon } from "@healthbridge/example-design";
import type { EntityId } from "@healthbridge/schema/client";
import { Hospital } from "lucide";
import type { VNode } from "preact";
import { t } from "../words.ts";
import { chooseClinic } from "./use-chosen-clinic.ts";
import { useDesk } from "./use-desk.ts";

/** Whose desk this is, always in sight: a tablet goes from hand to hand. Who works for several clinics goes to another one's here. */
export function ClinicName({ names }: { readonly names: Readonly<Record<EntityId, string>> }): VNode | null {
  const { clinic, clinics } = useDesk();
  const name = clinic === undefined ? undefined : names[clinic];
  if (clinic === undefined || (clinics.length < 2 && name === undefined)) return null;
  return (
    <div class="clinic-name">
      <Icon of={Hospital} />
      {clinics.length < 2 ? (
        <span>{name}</span>
      ) : (
        <select
          class="input"
          aria-label={t("whichClinic")}
          value={clinic}
          onChange={({ currentTarget }) => chooseClinic(currentTarget.value)}
        >
          {clinics.map((each, place) => (
            <option key={each} value={each}>
              {names[each] ?? t("clinicNumber", { n: place + 1 })}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
