import {
  Ban,
  CalendarCheck,
  CheckCheck,
  CircleQuestionMark,
  Clock,
  CornerDownRight,
  Hourglass,
  type IconNode,
  Minus,
  Plus,
  ShieldCheck,
  TabletSmartphone,
  UserCheck,
  UserX,
} from "lucide";
import type { Cell, CellState } from "../logic/day-grid.ts";
import type { Key } from "../words.ts";

/** How a cell looks: a colour by its state, a sign, and words. Each of the three says it alone. */
export interface CellFace {
  readonly sign: IconNode;
  readonly word: Key;
}

export const FACES: Readonly<Record<CellState, CellFace>> = {
  free: { sign: Plus, word: "free" },
  over: { sign: Minus, word: "over" },
  own: { sign: ShieldCheck, word: "own" },
  lent: { sign: TabletSmartphone, word: "lent" },
  held: { sign: Hourglass, word: "held" },
  busy: { sign: CalendarCheck, word: "busy" },
  pending: { sign: CircleQuestionMark, word: "pending" },
  arrived: { sign: UserCheck, word: "arrived" },
  seen: { sign: CheckCheck, word: "seen" },
  missed: { sign: UserX, word: "missed" },
  blocked: { sign: Ban, word: "blocked" },
  goesOn: { sign: CornerDownRight, word: "goesOn" },
  none: { sign: Minus, word: "none" },
};

/** What has to be said beside the state while something of it is not sent. */
export function unsentFace({ waiting, certain }: Pick<Cell, "waiting" | "certain">): CellFace | undefined {
  if (!waiting) return undefined;
  return certain ? { sign: ShieldCheck, word: "certainUnsent" } : { sign: Clock, word: "unsent" };
}

/** The word for a cell: nobody is told "booked" of what is only asked for. */
export function wordOf({ state, waiting, certain }: Pick<Cell, "state" | "waiting" | "certain">): Key {
  return state === "busy" && waiting && !certain ? "askedFor" : FACES[state].word;
}
