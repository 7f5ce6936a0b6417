import type { VNode } from "preact";
import { Button } from "../src/index.ts";
import { Door } from "../src/shell/door.tsx";
import { LostNotice, UpdateNotice } from "../src/shell/notices.tsx";
import { PeopleScreen } from "../src/shell/people-screen.tsx";
import { LockScreen, NewPin } from "../src/shell/pin-screens.tsx";
import { SignInForm } from "../src/shell/sign-in-form.tsx";
import type { PageProps } from "./in-language.tsx";

const AMINA = { name: "1", label: "amina", waiting: 2 };
const nothing = (): void => undefined;

const SCREENS: Readonly<Record<string, () => VNode>> = {
  people: () => (
    <PeopleScreen
      app="HB Clinic"
      people={[AMINA, { name: "2", label: "grace.nakiru" }, { name: "3", label: "peter" }]}
      left={{ label: "amina", waiting: 2 }}
      onChoose={nothing}
      onNewcomer={nothing}
    />
  ),
  signIn: () => (
    <Door app="HealthBridge" title="Sign in" lead="The first time here needs a network.">
      <LostNotice lost={[{ waiting: 3, lost: undefined }]} onUnderstood={nothing} />
      <SignInForm refusal={{ code: "credentials_wrong" }} onSignIn={nothing} />
      <Button>Back</Button>
    </Door>
  ),
  pin: () => <NewPin app="HealthBridge" onPin={nothing} onBack={nothing} />,
  lock: () => (
    <LockScreen
      app="HealthBridge"
      person={AMINA}
      refusal={{ code: "pin_wrong", triesLeft: 4 }}
      onPin={nothing}
      onOthers={nothing}
      onStartOver={nothing}
    />
  ),
  update: () => <UpdateNotice update="ready" onApply={nothing} />,
};

/** The screens before an app. */
export function Screens({ part = "people" }: PageProps): VNode {
  return (SCREENS[part] ?? SCREENS["people"])?.() ?? <p>No such screen.</p>;
}
