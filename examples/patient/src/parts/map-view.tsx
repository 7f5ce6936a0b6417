import type { Position } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { drawMap } from "../logic/map-picture.ts";
import type { ShownPlace } from "../logic/near.ts";
import { useWords } from "../words/words.ts";

const SIZE = { width: 360, height: 240 };

export interface MapViewProps {
  readonly here: Position;
  readonly isOwnPlace: boolean;
  /** in the order of the list below the picture */
  readonly places: readonly ShownPlace[];
}

/** Where the clinics are, drawn from their positions alone. Nobody needs it: the list says the same with distances. */
export function MapView({ here, isOwnPlace, places }: MapViewProps): VNode {
  const { t, amount } = useWords();
  const { marks, here: middle, scale, width, height } = drawMap(here, places, SIZE);
  const nameOf = (id: string | undefined) => places.find((each) => each.id === id)?.name ?? "";
  return (
    <figure class="map">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t("find.map")}>
        {[1, 2, 3].map((ring) => (
          <circle key={ring} class="ring" cx={middle.x} cy={middle.y} r={(ring * height) / 6} />
        ))}
        <path class="north" d={`M${width - 20} 30v-16m-4 5l4-5 4 5`} />
        <g class="you" transform={`translate(${middle.x} ${middle.y})`}>
          <title>{t(isOwnPlace ? "find.you" : "find.yourPlace")}</title>
          <circle r="20" />
          <circle class="spot" r="7" />
        </g>
        {marks.map(({ x, y, first, places: ids }) => (
          <g key={first} class="pin" transform={`translate(${x} ${y})`}>
            <title>{ids.map(nameOf).join(", ")}</title>
            <circle r="13" />
            <text dy="4" data-long={ids.length > 1 && first > 9 ? true : undefined}>
              {ids.length > 1 ? `${first}+` : first}
            </text>
          </g>
        ))}
        <g class="scale" transform={`translate(14 ${height - 14})`}>
          <path d={`M0 -5v5h${scale.width}v-5`} />
          <text x={scale.width + 8} y="1">
            {amount(scale.km, "kilometer", "short")}
          </text>
        </g>
      </svg>
    </figure>
  );
}
