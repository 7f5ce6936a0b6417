import { HealthBridgeProvider, useList } from "@healthbridge/client-sdk/react";
import { ShellFrame, useShell } from "@healthbridge/example-design/shell";
import { CalendarDays, MessageCircle, Menu, Search } from "lucide";
import type { VNode } from "preact";
import { hashOf, type Route, tabOf, upFrom } from "../logic/route.ts";
import { PausedNotice } from "../parts/paused-notice.tsx";
import { useRefusedLines } from "../parts/refused-lines.tsx";
import { Ringing } from "../parts/ringing.tsx";
import { AppointmentScreen } from "../screens/appointment.tsx";
import { AppointmentsScreen } from "../screens/appointments.tsx";
import type { Key } from "../words/en.ts";
import { useWords } from "../words/words.ts";
import { type PatientParts, PartsContext } from "./parts.ts";
import { Later } from "./later.tsx";
import { useKnownDoctors } from "./use-known-doctors.ts";
import { useRoute } from "./use-route.ts";

/** The app, once somebody is in. */
export function App({ parts }: { readonly parts: PatientParts }): VNode {
  const { hb } = useShell();
  return (
    <HealthBridgeProvider hb={hb}>
      <PartsContext.Provider value={parts}>
        <Inside />
        <Ringing />
      </PartsContext.Provider>
    </HealthBridgeProvider>
  );
}

const TITLES: Readonly<Record<Route["screen"], Key>> = {
  appointments: "home.title",
  appointment: "visit.title",
  move: "move.title",
  find: "find.title",
  doctor: "doctor.title",
  book: "book.title",
  messages: "chat.title",
  conversation: "chat.title",
  intake: "intake.title",
  family: "family.title",
  more: "more.title",
};

function Inside(): VNode {
  const { t } = useWords();
  const route = useRoute();
  const toSee = useUnread() + useRefusedLines().length;
  useKnownDoctors();
  const back = upFrom(route);
  const tab = tabOf(route);
  return (
    <ShellFrame
      title={t(TITLES[route.screen])}
      place={hashOf(route)}
      back={back && { href: hashOf(back), label: t("app.back") }}
      nav={{
        label: t("app.nav"),
        current: hashOf({ screen: tab }),
        items: [
          { href: "#/", label: t("tab.appointments"), icon: CalendarDays },
          { href: "#/find", label: t("tab.find"), icon: Search },
          { href: "#/messages", label: t("tab.messages"), icon: MessageCircle, count: toSee },
          { href: "#/more", label: t("tab.more"), icon: Menu },
        ],
      }}
    >
      <PausedNotice />
      <Screen key={hashOf(route)} route={route} />
    </ShellFrame>
  );
}

// oxlint-disable-next-line typescript/consistent-return -- every case is there, which tsc and the exhaustiveness rule see to
function Screen({ route }: { readonly route: Route }): VNode {
  switch (route.screen) {
    case "appointments":
      return <AppointmentsScreen />;
    case "appointment":
      return <AppointmentScreen id={route.id} />;
    case "find":
      return <Later load={loadFind} props={{}} />;
    case "doctor":
      return <Later load={loadDoctor} props={route} />;
    case "book":
      return <Later load={loadBook} props={route} />;
    case "move":
      return <Later load={loadMove} props={route} />;
    case "messages":
      return <Later load={loadMessages} props={{}} />;
    case "conversation":
      return <Later load={loadConversation} props={route} />;
    case "intake":
      return <Later load={loadIntake} props={route} />;
    case "family":
      return <Later load={loadFamily} props={{}} />;
    case "more":
      return <Later load={loadMore} props={{}} />;
  }
}

// Fetched when somebody goes there: the first load has what everybody needs.
const loadFind = () => import("../screens/finding.ts").then(({ FindScreen }) => FindScreen);
const loadDoctor = () => import("../screens/finding.ts").then(({ DoctorScreen }) => DoctorScreen);
const loadBook = () => import("../screens/finding.ts").then(({ BookScreen }) => BookScreen);
const loadMove = () => import("../screens/move.tsx").then(({ MoveScreen }) => MoveScreen);
const loadMessages = () => import("../screens/messages.tsx").then(({ MessagesScreen }) => MessagesScreen);
const loadConversation = () =>
  import("../chat/conversation.tsx").then(({ ConversationScreen }) => ConversationScreen);
const loadIntake = () => import("../intake/intake.tsx").then(({ IntakeScreen }) => IntakeScreen);
const loadFamily = () => import("../screens/family.tsx").then(({ FamilyScreen }) => FamilyScreen);
const loadMore = () => import("../screens/more.tsx").then(({ MoreScreen }) => MoreScreen);

/** Lines of doctors that she has not read; counted without fetching what shows them. */
function useUnread(): number {
  const read = new Map(useList("conversation").map(({ id, patientRead = 0 }) => [id, patientRead]));
  return useList("message").filter(
    ({ conversation, number, by, withdrawn }) =>
      by === "doctor" && withdrawn !== true && number > (read.get(conversation) ?? 0),
  ).length;
}
