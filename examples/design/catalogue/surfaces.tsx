import { Bell, Calendar, CheckCheck, Clock, MessageCircle, Search, User } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import {
  AllSent,
  AppBar,
  Badge,
  Banner,
  BrokenBridge,
  Bubble,
  Busy,
  Button,
  Card,
  Dialog,
  EmptyCalendar,
  EmptyChat,
  EmptyPage,
  EmptyState,
  ErrorState,
  Face,
  Frame,
  IconButton,
  List,
  ListItem,
  NavBar,
  NobodyFound,
  NoConnection,
  SheetGrid,
  SlotCell,
  Slots,
} from "../src/index.ts";
import { Toast } from "../src/toast.tsx";
import type { PageProps } from "./in-language.tsx";

/** Cards, lists, what is told, states, a day sheet, a conversation. */
export function Surfaces({ part }: PageProps): VNode {
  return (
    <Frame
      wide
      bar={
        <AppBar
          title="Surfaces"
          back={{ href: "#controls", label: "Back" }}
          actions={<IconButton icon={Bell} label="News" count={3} />}
        />
      }
      nav={
        <NavBar
          label="Main"
          current="#surfaces"
          items={[
            { href: "#surfaces", label: "Visits", icon: Calendar },
            { href: "#controls", label: "Find", icon: Search },
            { href: "#screens", label: "Messages", icon: MessageCircle, count: 2 },
            { href: "#screens/lock", label: "Me", icon: User },
          ]}
        />
      }
    >
      <div class="stack">
        <Told />
        <Lists />
        <Sheet />
        <Talk />
        <States />
        {part === "dialog" && <OpenDialog />}
      </div>
    </Frame>
  );
}

function Told(): VNode {
  return (
    <div class="stack tight">
      <Banner tone="sure" actions={<Button>Understood</Button>}>
        Booked: Tue 24 Nov, 10:00.
      </Banner>
      <Banner tone="waiting">2 things are waiting to be sent; there is no connection.</Banner>
      <Banner tone="trouble" urgent={false} actions={<Button>Choose another time</Button>}>
        Not booked: the time is taken. Free: Tue 24 Nov 10:20, 11:00.
      </Banner>
      <Banner tone="info">A new version of the app is here.</Banner>
      <div class="row">
        <Badge tone="sure">booked</Badge>
        <Badge tone="waiting">waiting to be sent</Badge>
        <Badge tone="trouble">not booked</Badge>
        <Badge tone="info">moved</Badge>
        <Badge>Level 4</Badge>
        <Busy label="Looking for doctors" />
      </div>
      <Toast
        text="Saved on this phone."
        closeLabel="Close"
        onClose={() => undefined}
        action={{ label: "Undo", onPress: () => undefined }}
      />
      <Toast
        text="This phone is full: nothing was kept."
        trouble
        closeLabel="Close"
        onClose={() => undefined}
      />
    </div>
  );
}

function Lists(): VNode {
  return (
    <div class="columns">
      <List label="Visits">
        <ListItem
          href="#surfaces"
          before={<Face name="Dr Achieng Odhiambo" />}
          title="Dr Achieng Odhiambo"
          detail="Tue 24 Nov, 10:00 · Lodwar County Referral Hospital"
          after={<Badge tone="sure">booked</Badge>}
        />
        <ListItem
          href="#surfaces"
          before={<Face name="डॉ प्रिया शर्मा" />}
          title="डॉ प्रिया शर्मा"
          detail="Wed 25 Nov, 09:20"
          after={<Badge tone="waiting">waiting to be sent</Badge>}
        />
        <ListItem title="No link, only text" detail="Below it" />
      </List>
      <Card title="Next visit" aside={<Badge tone="waiting">waiting to be sent</Badge>}>
        <p>Tuesday 24 November, 10:00 with Dr Achieng at Lodwar County Referral Hospital.</p>
        <div class="row end">
          <Button kind="plain">Another time</Button>
          <Button kind="primary">Write to her</Button>
        </div>
      </Card>
    </div>
  );
}

function Sheet(): VNode {
  const keyed = (titles: readonly string[]) => titles.map((title) => ({ key: title, title }));
  const cells: Readonly<Record<string, VNode>> = {
    "09:00 Dr Achieng": (
      <SlotCell state="booked" tone="sure" title="Wanjiru Kamau" detail="booked" onPress={() => undefined} />
    ),
    "09:20 Dr Achieng": (
      <SlotCell
        state="booked"
        tone="waiting"
        icon={Clock}
        title="Otieno Ouma"
        detail="waiting to be sent"
        onPress={() => undefined}
      />
    ),
    "09:40 Dr Achieng": <SlotCell state="free" title="free" onPress={() => undefined} />,
    "09:00 Dr Ekal": <SlotCell state="own" title="free" detail="certain offline" onPress={() => undefined} />,
    "09:20 Dr Ekal": <SlotCell state="held" title="held" detail="until 09:15" />,
    "09:40 Dr Ekal": <SlotCell state="blocked" title="pause" />,
    "09:00 Dr Lokwang": <SlotCell state="busy" title="taken" />,
    "09:20 Dr Lokwang": (
      <SlotCell
        state="booked"
        tone="trouble"
        title="Akai Lopeyok"
        detail="not booked"
        onPress={() => undefined}
      />
    ),
  };
  return (
    <>
      <SheetGrid
        label="Monday 30 November"
        corner="Time"
        columns={keyed(["Dr Achieng", "Dr Ekal", "Dr Lokwang", "Dr Nakiru"])}
        rows={keyed(["09:00", "09:20", "09:40"])}
        cell={(row, column) => cells[`${row} ${column}`]}
      />
      <Slots label="Free times">
        {["09:00", "09:20", "09:40", "10:00", "10:20", "10:40"].map((time) => (
          <SlotCell
            key={time}
            state="free"
            title={time}
            pressed={time === "09:40"}
            onPress={() => undefined}
          />
        ))}
      </Slots>
    </>
  );
}

function Talk(): VNode {
  return (
    <Card title="Dr Achieng">
      <div class="stack tight">
        <Bubble from="Dr Achieng" time="09:12">
          How is the fever today?
        </Bubble>
        <Bubble own time="09:14" state={{ label: "read", icon: CheckCheck }}>
          Better. It was 38.2 in the morning, and she has eaten.
        </Bubble>
        <Bubble own time="09:15" state={{ label: "waiting on this phone", icon: Clock }}>
          Shall I come on Tuesday?
        </Bubble>
      </div>
    </Card>
  );
}

function States(): VNode {
  return (
    <div class="columns">
      <EmptyState
        picture={EmptyCalendar}
        title="No visit yet"
        actions={<Button kind="primary">Find a doctor</Button>}
      >
        What you book is shown here, also without a network.
      </EmptyState>
      <EmptyState picture={EmptyChat} title="No message yet">
        Your doctors answer here.
      </EmptyState>
      <EmptyState picture={NobodyFound} title="Nobody found within 10 km">
        Look further away, or for another speciality.
      </EmptyState>
      <EmptyState picture={NoConnection} title="Not held on this phone">
        Come back when there is a network.
      </EmptyState>
      <EmptyState picture={AllSent} title="Everything is sent" />
      <EmptyState picture={EmptyPage} title="No form yet" />
      <ErrorState
        picture={BrokenBridge}
        title="This could not be shown"
        actions={<Button kind="plain">Try again</Button>}
      >
        Nothing is lost.
      </ErrorState>
    </div>
  );
}

function OpenDialog(): VNode | null {
  const [open, setOpen] = useState(true);
  if (!open) return null;
  return (
    <Dialog
      title="Sign out?"
      closeLabel="Close"
      onClose={() => setOpen(false)}
      actions={
        <>
          <Button kind="plain">Cancel</Button>
          <Button kind="primary">Sign out</Button>
        </>
      }
    >
      <p>
        2 things are not sent yet. They stay on this device, sealed for you, and are sent when you sign in
        here again.
      </p>
    </Dialog>
  );
}
