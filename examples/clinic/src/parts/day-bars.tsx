import type { VNode } from "preact";
import { type DayPicture, type Fate, FATES, type WorkerBar } from "../logic/day-picture.ts";
import { t } from "../words.ts";

/** The day as bars, one for each worker: how much of what she did is where. Patterns say the same as the colours, the words below the same as both. */
export function DayBars({ picture }: { readonly picture: DayPicture }): VNode {
  return (
    <figure class="day-bars">
      <div role="img" aria-label={picture.bars.map(inWords).join(" ")} class="stack">
        {picture.bars.map((bar) => (
          <Bar key={bar.name} bar={bar} most={picture.most} />
        ))}
      </div>
      <figcaption>
        <ul class="key">
          {FATES.map((fate) => (
            <li key={fate}>
              <span class="part" data-fate={fate} />
              {t(FATE_WORDS[fate])}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

export const FATE_WORDS = {
  done: "fateDone",
  otherwise: "fateOtherwise",
  refused: "fateRefused",
  certain: "fateCertain",
  waiting: "fateWaiting",
} as const satisfies Readonly<Record<Fate, string>>;

/** As long as what she did is much, beside whoever did most. */
function Bar({
  bar: { name, own, counts, total },
  most,
}: {
  readonly bar: WorkerBar;
  readonly most: number;
}): VNode {
  return (
    <div>
      <div class="strong">{own ? name : t("sealedOf", { name })}</div>
      <div class="bar">
        {FATES.filter((fate) => counts[fate] > 0).map((fate) => (
          <span key={fate} class="part" data-fate={fate} style={{ flexGrow: counts[fate] }}>
            <b>{counts[fate]}</b>
          </span>
        ))}
        <span style={{ flexGrow: most - total }} />
      </div>
    </div>
  );
}

function inWords(bar: WorkerBar): string {
  const parts = FATES.filter((fate) => bar.counts[fate] > 0).map(
    (fate) => `${String(bar.counts[fate])} ${t(FATE_WORDS[fate])}`,
  );
  return `${bar.name}: ${parts.length === 0 ? t("nothingDone") : parts.join(", ")}.`;
}
