import { Button, Icon } from "@healthbridge/example-design";
import { useLockBehind, useShell } from "@healthbridge/example-design/shell";
import { useAppointments } from "@healthbridge/client-sdk/react";
import { DoorOpen, Maximize, X } from "lucide";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { boardOf, type BoardRow } from "../logic/board.ts";
import { clockIn } from "../logic/wall.ts";
import { useCalled } from "../parts/use-called.ts";
import { useDesk } from "../parts/use-desk.ts";
import { speech, t } from "../words.ts";

export interface BoardScreenProps {
  /** Leaves the board. It hangs where anybody can touch it, so the desk behind it is locked, however it is left. */
  readonly onLeave: () => void;
}

/** The waiting room's screen: numbers and times, large, without names. */
export function BoardScreen({ onLeave }: BoardScreenProps): VNode {
  const { clinic, doctors, today, zone, now } = useDesk();
  const visits = useAppointments({ clinic });
  const [called] = useCalled();
  const element = useRef<HTMLElement>(null);
  const rows = boardOf(doctors, visits, today, called);
  const shown = rows.filter((row) => row.called !== undefined || row.next.length > 0);
  const { safe, lock } = useShell();
  useLockBehind(lock);
  useEffect(() => {
    document.title = t("board");
  }, []);
  // Nobody touches a board, and it stays: each minute it says that it is looked at.
  useEffect(() => safe.touch(), [safe, now]);
  return (
    <main class="board" ref={element} id="main">
      <header>
        <h1>{t("boardTitle")}</h1>
        <p class="board-clock">{clockIn(zone, now)}</p>
        <div class="row board-keys">
          <Button icon={Maximize} onClick={() => void element.current?.requestFullscreen()}>
            {t("fullScreen")}
          </Button>
          <Button icon={X} onClick={onLeave}>
            {t("leaveBoard")}
          </Button>
        </div>
      </header>
      {shown.length === 0 && <p class="board-empty">{t("boardEmpty")}</p>}
      <div class="board-rows" role="status" aria-live="polite">
        {shown.map((row) => (
          <BoardLine key={row.doctor.id} row={row} />
        ))}
      </div>
      <footer>
        <p>{t("boardFoot", { day: speech.day(today, "long") })}</p>
      </footer>
    </main>
  );
}

const MOST_NEXT = 6;

function BoardLine({ row: { doctor, called, next } }: { readonly row: BoardRow }): VNode {
  const more = next.length - MOST_NEXT;
  return (
    <section class="board-row" aria-label={doctor.name}>
      <h2>{doctor.name}</h2>
      <div class="board-now" data-called={called !== undefined}>
        <p>{t("pleaseComeIn")}</p>
        <p class="board-number">
          {called ? (
            <>
              <Icon of={DoorOpen} />
              {called.label}
            </>
          ) : (
            "–"
          )}
        </p>
      </div>
      <div class="board-next">
        <p>{t("nextAre")}</p>
        <ol>
          {next.slice(0, MOST_NEXT).map((ticket) => (
            <li key={ticket.appointment}>{ticket.label}</li>
          ))}
          {more > 0 && <li class="muted">{t("andMore", { n: more })}</li>}
          {next.length === 0 && <li class="muted">{t("nobodyWaits")}</li>}
        </ol>
      </div>
    </section>
  );
}
