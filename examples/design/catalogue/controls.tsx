import { CalendarPlus, MapPin, Phone, Search, Trash, Video } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import {
  AppBar,
  Badge,
  Button,
  Card,
  CheckField,
  ChoiceField,
  Frame,
  IconButton,
  PinPad,
  SelectField,
  Tabs,
  TextField,
} from "../src/index.ts";

/** Buttons, fields, tabs, the pad. */
export function Controls(): VNode {
  return (
    <Frame bar={<AppBar title="Controls" actions={<IconButton icon={Phone} label="Call" count={2} />} />}>
      <div class="stack">
        <Buttons />
        <Fields />
        <Choices />
        <Pad />
      </div>
    </Frame>
  );
}

function Buttons(): VNode {
  return (
    <Card title="Buttons" aside={<Badge>4 kinds</Badge>}>
      <div class="row">
        <Button kind="primary" icon={CalendarPlus}>
          Book
        </Button>
        <Button kind="plain">Another time</Button>
        <Button>Not now</Button>
        <Button kind="danger" icon={Trash}>
          Cancel it
        </Button>
      </div>
      <div class="row">
        <Button kind="primary" busy>
          Signing in
        </Button>
        <Button kind="primary" disabled>
          Not yet
        </Button>
        <Button kind="plain" disabled>
          Not yet
        </Button>
        <IconButton icon={Phone} label="Call" />
        <IconButton icon={Video} label="Video" kind="plain" />
        <IconButton icon={Video} label="Video" kind="primary" />
      </div>
      <Button kind="primary" wide>
        As wide as it goes
      </Button>
    </Card>
  );
}

function Fields(): VNode {
  const [text, setText] = useState("");
  const props = { value: text, onValue: setText };
  return (
    <Card title="Fields">
      <TextField label="Search" icon={Search} type="search" placeholder="Doctor or place" {...props} />
      <TextField label="Phone" hint="With the country in front" inputMode="tel" {...props} />
      <TextField label="Born" type="date" error="This is in the future. Look at the year." {...props} />
      <TextField label="Password" type="password" showLabel="Show the password" {...props} />
      <TextField label="What is it about?" lines hint="Your doctor reads this before you come." {...props} />
      <SelectField
        label="How far"
        value="10"
        onValue={() => undefined}
        options={[
          { value: "10", label: "10 km" },
          { value: "30", label: "30 km" },
        ]}
      />
      <CheckField label="She may be told by SMS" checked onChecked={() => undefined} />
      <CheckField
        label="I have read it"
        hint="It is one page."
        error="Please read it first."
        checked={false}
        onChecked={() => undefined}
      />
    </Card>
  );
}

function Choices(): VNode {
  const [kind, setKind] = useState<"visit" | "video" | "phone">("visit");
  const [tab, setTab] = useState<"day" | "week">("day");
  return (
    <Card title="One of a few">
      <ChoiceField
        label="How do you want to be seen?"
        value={kind}
        onValue={setKind}
        options={[
          { value: "visit", label: "At the clinic", icon: MapPin },
          { value: "video", label: "Video", icon: Video },
          { value: "phone", label: "Phone", icon: Phone },
        ]}
      />
      <Tabs
        label="View"
        value={tab}
        onValue={setTab}
        tabs={[
          { value: "day", label: "Day" },
          { value: "week", label: "Week" },
        ]}
      >
        <p>The {tab}.</p>
      </Tabs>
    </Card>
  );
}

function Pad(): VNode {
  const [error, setError] = useState<string>();
  return (
    <Card title="PIN">
      <PinPad
        label="PIN of Amina"
        hint="6 digits or more"
        error={error}
        least={6}
        most={12}
        deleteLabel="Delete the last digit"
        doneLabel="Done"
        onPin={() => setError("That is not the PIN. 4 more tries before you have to wait.")}
      />
    </Card>
  );
}
