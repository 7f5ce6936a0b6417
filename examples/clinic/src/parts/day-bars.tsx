import type { VNode } from "preact";
import { useId } from "preact/hooks";
import { type DayPicture, type Fate, FATES, type WorkerBar } from "../logic/day-picture.ts";
import { t } from "../words.ts";

/** Units of the picture's own: it is as wide as what it lies in. */
const WIDTH = 600;
const NAME = 22;
const BAR = 26;
const ROW = 68;
/** A part that is there can be seen, however small it is. */
const LEAST = 10;

/** The day as bars, one for each worker: how much of what she did is where. Patterns say the same as the colours, the words below the same as both. */
export function DayBars({ picture }: { readonly picture: DayPicture }): VNode {
  const id = useId();
  const height = picture.bars.length * ROW;
  return (
    <figure class="day-bars">
      <svg viewBox={`0 0 ${String(WIDTH)} ${String(height)}`} role="img" aria-labelledby={`${id}-said`}>
        <title id={`${id}-said`}>{picture.bars.map(inWords).join(" ")}</title>
        <defs>
          <pattern
            id={`${id}-stripes`}
            width="8"
            height="8"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="3" height="8" class="stripe" />
          </pattern>
          <pattern id={`${id}-dots`} width="8" height="8" patternUnits="userSpaceOnUse">
            <circle cx="4" cy="4" r="1.6" class="stripe" />
          </pattern>
        </defs>
        {picture.bars.map((bar, place) => (
          <Bar key={bar.name} bar={bar} top={place * ROW} most={picture.most} patterns={id} />
        ))}
      </svg>
      <figcaption>
        <ul class="key">
          {FATES.map((fate) => (
            <li key={fate} data-fate={fate}>
              <svg viewBox="0 0 20 20" aria-hidden="true">
                <rect width="20" height="20" rx="4" data-fate={fate} />
                {PATTERNS[fate] !== undefined && (
                  <rect width="20" height="20" rx="4" fill={`url(#${id}-${PATTERNS[fate]})`} />
                )}
              </svg>
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

/** Colour is not the only thing that tells them apart. */
const PATTERNS: Readonly<Record<Fate, "stripes" | "dots" | undefined>> = {
  done: undefined,
  otherwise: "dots",
  refused: undefined,
  certain: "dots",
  waiting: "stripes",
};

interface BarProps {
  readonly bar: WorkerBar;
  readonly top: number;
  readonly most: number;
  readonly patterns: string;
}

function Bar({ bar, top, most, patterns }: BarProps): VNode {
  const parts = FATES.filter((fate) => bar.counts[fate] > 0);
  const room = WIDTH - LEAST * parts.length;
  let left = 0;
  return (
    <g transform={`translate(0 ${String(top)})`}>
      <text x="0" y={NAME - 6} class="bar-name">
        {bar.own ? bar.name : t("sealedOf", { name: bar.name })}
      </text>
      <rect x="0" y={NAME} width={WIDTH} height={BAR} rx="6" class="bar-ground" />
      {parts.map((fate) => {
        const width = LEAST + (bar.counts[fate] / most) * room;
        const x = left;
        left += width;
        const pattern = PATTERNS[fate];
        return (
          <g key={fate}>
            <rect x={x} y={NAME} width={width} height={BAR} rx="6" data-fate={fate} />
            {pattern !== undefined && (
              <rect x={x} y={NAME} width={width} height={BAR} rx="6" fill={`url(#${patterns}-${pattern})`} />
            )}
            {width > 28 && (
              <text x={x + width / 2} y={NAME + BAR / 2 + 6} class="bar-count" data-fate={fate}>
                {bar.counts[fate]}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

function inWords(bar: WorkerBar): string {
  const parts = FATES.filter((fate) => bar.counts[fate] > 0).map(
    (fate) => `${String(bar.counts[fate])} ${t(FATE_WORDS[fate])}`,
  );
  return `${bar.name}: ${parts.length === 0 ? t("nothingDone") : parts.join(", ")}.`;
}
