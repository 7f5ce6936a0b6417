import { ChoiceField, Icon, SelectField } from "@healthbridge/example-design";
import { SlidersHorizontal } from "lucide";
import type { VNode } from "preact";
import { CURRENCY, type Filters, filtersSet } from "../logic/near.ts";
import { en } from "../words/en.ts";
import { languageName, speciality } from "../words/sayings.ts";
import { useWords } from "../words/words.ts";

const SPECIALITY = "speciality.";
const SPECIALITIES = Object.keys(en)
  .filter((key) => key.startsWith(SPECIALITY))
  .map((key) => key.slice(SPECIALITY.length));
/** Languages that many doctors here speak beside those of the screen. */
const LANGUAGES = ["sw", "en", "hi", "ki", "luo", "kam", "kln", "luy", "mer", "so", "tuv", "mas"];
const FEES = [30_000, 60_000, 100_000, 200_000];
const REACHES = [5, 10, 25, 50, 100, 250];
const SORTS = ["distance", "nextFree", "fee"] as const;

export interface FilterFieldsProps {
  readonly filters: Filters;
  readonly onFilters: (filters: Filters) => void;
}

/** The order in sight, everything else one press away. */
export function FilterFields({ filters, onFilters }: FilterFieldsProps): VNode {
  const speech = useWords();
  const { t, amount, money } = speech;
  const set = filtersSet(filters);
  const any = { value: "", label: t("find.any") };
  const given = (value: string): string | undefined => (value === "" ? undefined : value);
  return (
    <div class="stack tight">
      <ChoiceField
        label={t("find.sort")}
        value={filters.sort}
        onValue={(sort) => onFilters({ ...filters, sort })}
        options={SORTS.map((value) => ({ value, label: t(`find.sort.${value}`) }))}
      />
      <details class="fold">
        <summary>
          <Icon of={SlidersHorizontal} />
          {set === 0 ? t("find.filters") : t("find.filtersOn", { n: set })}
        </summary>
        <div class="columns">
          <SelectField
            label={t("find.speciality")}
            value={filters.speciality ?? ""}
            onValue={(value) => onFilters({ ...filters, speciality: given(value) })}
            options={[any, ...SPECIALITIES.map((value) => ({ value, label: speciality(speech, value) }))]}
          />
          <SelectField
            label={t("find.language")}
            value={filters.language ?? ""}
            onValue={(value) => onFilters({ ...filters, language: given(value) })}
            options={[any, ...LANGUAGES.map((value) => ({ value, label: languageName(speech, value) }))]}
          />
          <SelectField
            label={t("find.fee")}
            value={String(filters.feeUpTo ?? "")}
            onValue={(value) => onFilters({ ...filters, feeUpTo: value === "" ? undefined : Number(value) })}
            options={[
              any,
              ...FEES.map((fee) => ({
                value: String(fee),
                label: money({ amount: fee, currency: CURRENCY }),
              })),
            ]}
          />
          <SelectField
            label={t("find.within")}
            value={String(filters.withinKm)}
            onValue={(value) => onFilters({ ...filters, withinKm: Number(value) })}
            options={REACHES.map((km) => ({ value: String(km), label: amount(km, "kilometer", "short") }))}
          />
        </div>
      </details>
    </div>
  );
}
