import { CheckField, IconButton, SelectField } from "@healthbridge/example-design";
import { ArrowDown, ArrowUp } from "lucide";
import type { VNode } from "preact";
import { changedWish, DAY_CHOICES, KM_CHOICES, movedWish, type WishChoice } from "../logic/wishes.ts";
import { useWords } from "../words/words.ts";

export interface WishFieldsProps {
  readonly wishes: readonly WishChoice[];
  readonly onWishes: (wishes: readonly WishChoice[]) => void;
}

/** What should happen if somebody was faster, in her order. */
export function WishFields({ wishes, onWishes }: WishFieldsProps): VNode {
  return (
    <ol class="wishes">
      {wishes.map((choice, at) => (
        <WishLine
          key={choice.wish}
          choice={choice}
          isFirst={at === 0}
          isLast={at === wishes.length - 1}
          onChange={(change) => onWishes(changedWish(wishes, choice.wish, change))}
          onMove={(by) => onWishes(movedWish(wishes, choice.wish, by))}
        />
      ))}
    </ol>
  );
}

interface WishLineProps {
  readonly choice: WishChoice;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onChange: (change: Partial<Omit<WishChoice, "wish">>) => void;
  readonly onMove: (by: -1 | 1) => void;
}

function WishLine({
  choice: { wish, on, days, km },
  isFirst,
  isLast,
  onChange,
  onMove,
}: WishLineProps): VNode {
  const { t, amount } = useWords();
  const name = t(`book.wish.${wish}`);
  return (
    <li data-on={on}>
      <div class="row between">
        <div class="grow">
          <CheckField label={name} checked={on} onChecked={(checked) => onChange({ on: checked })} />
        </div>
        {/* Disabled under the focus they would lose it, and with it her place in the list. */}
        <IconButton
          icon={ArrowUp}
          label={t("book.up", { wish: name })}
          aria-disabled={isFirst}
          onClick={() => {
            if (!isFirst) onMove(-1);
          }}
        />
        <IconButton
          icon={ArrowDown}
          label={t("book.down", { wish: name })}
          aria-disabled={isLast}
          onClick={() => {
            if (!isLast) onMove(1);
          }}
        />
      </div>
      {on && wish !== "sameDay" && (
        <div class="columns">
          <SelectField
            label={t("book.days")}
            value={String(days)}
            onValue={(value) => onChange({ days: Number(value) })}
            options={DAY_CHOICES.map((n) => ({ value: String(n), label: t("book.inDays", { n }) }))}
          />
          {wish === "anyDoctor" && (
            <SelectField
              label={t("book.km")}
              value={String(km)}
              onValue={(value) => onChange({ km: Number(value) })}
              options={KM_CHOICES.map((each) => ({
                value: String(each),
                label: amount(each, "kilometer", "short"),
              }))}
            />
          )}
        </div>
      )}
    </li>
  );
}
