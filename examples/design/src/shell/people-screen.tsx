import { UserPlus } from "lucide";
import type { VNode } from "preact";
import { Banner } from "../badge.tsx";
import { Button } from "../button.tsx";
import { Face, List, ListItem } from "../list.tsx";
import { useSpeech } from "./context.tsx";
import { Door, type DoorProps } from "./door.tsx";
import { shellWords } from "./own-words.ts";
import type { Person } from "./safe.ts";
import type { Left } from "./stage.ts";

export interface PeopleScreenProps extends Pick<DoorProps, "app" | "notice"> {
  readonly people: readonly Person[];
  readonly left?: Left | undefined;
  readonly onChoose: (person: Person) => void;
  readonly onNewcomer: () => void;
}

/** Who of those that use this device is there now. */
export function PeopleScreen(props: PeopleScreenProps): VNode {
  const { app, notice, people, left, onChoose, onNewcomer } = props;
  const { t } = useSpeech(shellWords);
  return (
    <Door {...{ app, notice }} title={t("whoAreYou")} lead={people.length > 1 ? t("whoLead") : undefined}>
      {left && <LeftBanner left={left} />}
      <List label={t("whoAreYou")}>
        {people.map((person) => (
          <ListItem
            key={person.name}
            before={<Face name={person.label} />}
            title={person.label}
            detail={person.waiting ? t("waitingHere", { n: person.waiting }) : undefined}
            onPress={() => onChoose(person)}
          />
        ))}
      </List>
      <Button kind="plain" icon={UserPlus} wide onClick={onNewcomer}>
        {t("somebodyElse")}
      </Button>
    </Door>
  );
}

/** Who has signed out, and what of hers stays here. */
export function LeftBanner({ left: { label, waiting } }: { readonly left: Left }): VNode {
  const { t } = useSpeech(shellWords);
  return waiting === 0 ? (
    <Banner tone="sure">{t("signedOut", { name: label })}</Banner>
  ) : (
    <Banner tone="waiting">{t("signedOutWaiting", { name: label, n: waiting })}</Banner>
  );
}
