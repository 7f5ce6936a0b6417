import { ShellFrame } from "@healthbridge/example-design/shell";
import type { Outcome } from "@healthbridge/client-sdk";
import { useOutcomes, useWaiting } from "@healthbridge/client-sdk/react";
import { CalendarDays, ClipboardCheck, Ellipsis, ListChecks, Users } from "lucide";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { fateOf, isOwnAccord } from "./logic/day-picture.ts";
import { ClinicName } from "./parts/clinic-name.tsx";
import { useClinicNames } from "./parts/use-clinic-names.ts";
import { type Desk, useCalendars, useDesk } from "./parts/use-desk.ts";
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

/** What her clinics are called. The page's title has the one whose desk it is: for whoever has several windows. */
function useClinicInTitle(title: string, { clinic = "", clinics }: Desk): ReturnType<typeof useClinicNames> {
  const names = useClinicNames(clinics);
  const name = names[clinic];
  // After the bar, which puts its heading there.
  useEffect(() => {
    document.title = name === undefined ? title : `${title} · ${name}`;
  }, [title, name]);
  return names;
}

function Framed({ route }: { readonly route: Route }): VNode {
  const { screen, rest } = route;
  const waiting = useWaiting().filter((each) => !isOwnAccord(each)).length;
  const { outcomes } = useOutcomes(needsSomebody);
  const title = t(TITLES[screen]);
  const desk = useDesk();
  const names = useClinicInTitle(title, desk);
  const isPatient = screen === "patients" && rest !== "";
  const isBehindMore = PLACES.every((place) => place.screen !== screen);
  return (
    <ShellFrame
      title={title}
      place={isPatient ? rest : undefined}
      actions={<ClinicName names={names} />}
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
      {/* At another clinic's desk everything begins anew. */}
      <ScreenOf key={desk.clinic} route={route} />
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
