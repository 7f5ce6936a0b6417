import { ShellFrame } from "@healthbridge/example-design/shell";
import { useConversations } from "@healthbridge/client-sdk/react";
import { CalendarCheck, CalendarDays, Clock, MessagesSquare } from "lucide";
import type { HealthBridge } from "@healthbridge/client-sdk";
import type { Patient } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { CallPanel } from "@healthbridge/example-design/calls";
import { DayScreen } from "./day/day-screen.tsx";
import { WeekScreen } from "./day/week-screen.tsx";
import { HoursScreen } from "./hours/hours-screen.tsx";
import { OutcomeList } from "./shared/outcome-list.tsx";
import { addressOf, type Place } from "./shared/route.ts";
import { useDesk, useWords } from "./shared/desk-context.ts";
import { usePlace } from "./shared/use-place.ts";
import { TalkScreen } from "./talk/talk-screen.tsx";
import type { DoctorKey } from "./words/words.ts";

const TITLES: Readonly<Record<Place["at"], DoctorKey>> = {
  day: "titleDay",
  week: "titleWeek",
  talk: "titleTalk",
  hours: "titleHours",
};

const NAMES: Readonly<Record<Place["at"], DoctorKey>> = {
  day: "navDay",
  week: "navWeek",
  talk: "navTalk",
  hours: "navHours",
};

const ICONS = { day: CalendarCheck, week: CalendarDays, talk: MessagesSquare, hours: Clock } as const;
const PLACES = ["day", "week", "talk", "hours"] as const;

/** The desk: its places, and over all of them the call. */
export function App(): VNode {
  const { calls, hb } = useDesk();
  const { t } = useWords();
  const place = usePlace();
  const unread = useConversations().reduce((sum, each) => sum + each.unread, 0);
  return (
    <>
      <ShellFrame
        title={t(TITLES[place.at])}
        wide
        nav={{
          label: t("nav"),
          current: addressOf({ at: place.at }),
          items: PLACES.map((at) => ({
            href: addressOf({ at }),
            label: t(NAMES[at]),
            icon: ICONS[at],
            count: at === "talk" ? unread : undefined,
          })),
        }}
      >
        <OutcomeList />
        <Screen place={place} />
      </ShellFrame>
      {calls !== undefined && (
        <CallPanel
          calls={calls}
          nameOf={(id) => patientIn(hb, id)?.name ?? t("patientUnknown")}
          hrefOf={(conversation) => addressOf({ at: "talk", conversation })}
        />
      )}
    </>
  );
}

function Screen({ place }: { readonly place: Place }): VNode {
  if (place.at === "talk") return <TalkScreen conversation={place.conversation} />;
  if (place.at === "hours") return <HoursScreen />;
  return place.at === "week" ? <WeekScreen date={place.date} /> : <DayScreen date={place.date} />;
}

/** Whose conversation it is: before it has begun its appointment says so. */
function patientIn(hb: HealthBridge, id: string): Patient | undefined {
  const { patient } = hb.get("conversation", id) ?? hb.get("appointment", id) ?? {};
  return patient === undefined ? undefined : hb.get("patient", patient);
}
