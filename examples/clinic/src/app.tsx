import { ShellFrame } from "@healthbridge/example-design/shell";
import type { Outcome } from "@healthbridge/client-sdk";
import { useOutcomes, useStatus } from "@healthbridge/client-sdk/react";
import { CalendarDays, ClipboardCheck, Ellipsis, ListChecks, Users } from "lucide";
import type { VNode } from "preact";
import { fateOf, isOwnAccord } from "./logic/day-picture.ts";
import { useCalendars, useDesk } from "./parts/use-desk.ts";
import { dayRouteOf, goTo, hrefOf, type Route, type Screen, useRoute } from "./route.ts";
import { BoardScreen } from "./screens/board-screen.tsx";
import { CloseScreen } from "./screens/close-screen.tsx";
import { DayScreen } from "./screens/day-screen.tsx";
import { FilesScreen } from "./screens/files-screen.tsx";
import { LeasesScreen } from "./screens/leases-screen.tsx";
import { ManyScreen } from "./screens/many-screen.tsx";
import { MoreScreen } from "./screens/more-screen.tsx";
import { PatientScreen } from "./screens/patient-screen.tsx";
import { PatientsScreen } from "./screens/patients-screen.tsx";
import { t } from "./words.ts";

/** The clinic's app, while a worker is in. */
export function ClinicApp(): VNode {
  const route = useRoute();
  const desk = useDesk();
  useCalendars(desk);
  if (route.screen === "board") return <BoardScreen onLeave={() => goTo("day")} />;
  return <Framed route={route} />;
}

const TITLES = {
  day: "dayTitle",
  patients: "patients",
  many: "many",
  board: "board",
  more: "more",
  leases: "leases",
  files: "files",
  close: "endOfDay",
} as const satisfies Readonly<Record<Screen, string>>;

/** Those with a place below; the others are behind "More". */
const PLACES = [
  { screen: "day", icon: CalendarDays, word: "navDay" },
  { screen: "patients", icon: Users, word: "navPatients" },
  { screen: "many", icon: ListChecks, word: "navMany" },
  { screen: "close", icon: ClipboardCheck, word: "navClose" },
  { screen: "more", icon: Ellipsis, word: "navMore" },
] as const;

/** Refused, or done otherwise than asked: somebody has to see to it. */
function needsSomebody(outcome: Outcome): boolean {
  return !isOwnAccord(outcome) && fateOf(outcome) !== "done";
}

function Framed({ route }: { readonly route: Route }): VNode {
  const { screen, rest } = route;
  const waiting = useStatus((status) => status.waiting.total);
  const { outcomes } = useOutcomes(needsSomebody);
  const isPatient = screen === "patients" && rest !== "";
  const isBehindMore = PLACES.every((place) => place.screen !== screen);
  return (
    <ShellFrame
      title={t(TITLES[screen])}
      wide
      back={
        isPatient
          ? { href: hrefOf("patients"), label: t("back") }
          : isBehindMore
            ? { href: hrefOf("more"), label: t("back") }
            : undefined
      }
      nav={{
        label: t("navLabel"),
        current: hrefOf(isBehindMore ? "more" : screen),
        items: PLACES.map((place) => ({
          href: hrefOf(place.screen),
          label: t(place.word),
          icon: place.icon,
          count: place.screen === "close" ? waiting + outcomes.length : 0,
        })),
      }}
    >
      <ScreenOf route={route} />
    </ShellFrame>
  );
}

function ScreenOf({ route: { screen, rest } }: { readonly route: Route }): VNode | null {
  switch (screen) {
    case "day":
      return <DayScreen route={dayRouteOf(rest)} />;
    case "patients":
      return rest === "" ? <PatientsScreen /> : <PatientScreen id={rest} />;
    case "many":
      return <ManyScreen />;
    case "leases":
      return <LeasesScreen />;
    case "files":
      return <FilesScreen />;
    case "close":
      return <CloseScreen />;
    case "more":
      return <MoreScreen />;
    case "board": // has no frame
      break;
  }
  return null;
}
