import {
  Button,
  Dialog,
  EmptyState,
  List,
  ListItem,
  NobodyFound,
  TextField,
  Face,
  useToast,
} from "@healthbridge/example-design";
import { useList } from "@healthbridge/client-sdk/react";
import { searchDoctorsAtServer } from "@healthbridge/client-sdk/schedule";
import type { Doctor, EntityId } from "@healthbridge/schema/client";
import { Search } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useDesk, useWords } from "../shared/desk-context.ts";
import { useTrying, whenSent } from "../shared/fail.ts";
import { plainName } from "../shared/names.ts";
import { useOneAtATime } from "../shared/one-at-a-time.ts";
import { useOwnClinic } from "../shared/use-clinic.ts";
import { goTo } from "../shared/use-place.ts";

export interface HandOverDialogProps {
  readonly conversation: EntityId;
  readonly onClose: () => void;
}

const MOST = 30;

/** Another doctor answers from now on: who, and the last word before it is done. */
export function HandOverDialog({ conversation, onClose }: HandOverDialogProps): VNode {
  const [chosen, setChosen] = useState<Doctor>();
  if (chosen === undefined) return <ChooseDoctor onClose={onClose} onChoose={setChosen} />;
  return (
    <ConfirmHandOver
      conversation={conversation}
      doctor={chosen}
      onBack={() => setChosen(undefined)}
      onClose={onClose}
    />
  );
}

interface ConfirmHandOverProps extends HandOverDialogProps {
  readonly doctor: Doctor;
  readonly onBack: () => void;
}

function ConfirmHandOver({ conversation, doctor, onBack, onClose }: ConfirmHandOverProps): VNode {
  const { chat } = useDesk();
  const { t } = useWords();
  const tryTo = useTrying();
  const once = useOneAtATime();
  const { id, name } = doctor;
  const handOver = async (): Promise<void> => {
    if (!(await tryTo(() => chat.handOver({ conversation, doctor: id }), "handOverKept", whenSent))) return;
    onClose();
    goTo({ at: "talk" });
  };
  return (
    <Dialog
      title={t("handOverTo", { name })}
      closeLabel={t("close")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onBack}>{t("back")}</Button>
          <Button kind="primary" onClick={() => void once(handOver)}>
            {t("handOverDo")}
          </Button>
        </>
      }
    >
      <p>{t("handOverMore", { name })}</p>
    </Dialog>
  );
}

interface ChooseDoctorProps extends Pick<HandOverDialogProps, "onClose"> {
  readonly onChoose: (doctor: Doctor) => void;
}

/** A doctor, and where she works. */
interface Candidate {
  readonly doctor: Doctor;
  readonly clinic?: string | undefined;
}

/** Colleagues of the clinic are known here; others the server is asked for. */
function ChooseDoctor({ onClose, onChoose }: ChooseDoctorProps): VNode {
  const { doctor: self } = useDesk();
  const { t } = useWords();
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState<readonly Candidate[]>([]);
  const wanted = typed.trim().toLowerCase();
  const known = useList("doctor")
    .toSorted((left, right) => left.name.localeCompare(right.name))
    .map((doctor): Candidate => ({ doctor }));
  const others = asked.filter(({ doctor }) => !known.some((each) => each.doctor.id === doctor.id));
  const found = [...known, ...others].filter(
    ({ doctor: { id, name } }) => id !== self && name.toLowerCase().includes(wanted),
  );
  return (
    <Dialog title={t("handOver")} closeLabel={t("close")} onClose={onClose}>
      <div class="stack">
        <TextField label={t("handOverWho")} type="search" icon={Search} value={typed} onValue={setTyped} />
        {found.length === 0 && (
          <EmptyState picture={NobodyFound} title={t(wanted === "" ? "handOverNoOther" : "handOverNobody")} />
        )}
        {found.length > 0 && (
          <List label={t("handOverFound")}>
            {found.slice(0, MOST).map(({ doctor, clinic }) => (
              <ListItem
                key={doctor.id}
                before={<Face name={doctor.name} />}
                title={doctor.name}
                detail={[...doctor.specialities.map(plainName), clinic].filter(Boolean).join(" · ")}
                onPress={() => onChoose(doctor)}
              />
            ))}
          </List>
        )}
        {found.length > MOST && <p class="small muted">{t("handOverMany", { n: found.length - MOST })}</p>}
        <AskForOthers typed={typed.trim()} onFound={setAsked} />
      </div>
    </Dialog>
  );
}

interface AskForOthersProps {
  /** part of a name */
  readonly typed: string;
  readonly onFound: (found: readonly Candidate[]) => void;
}

const WITHIN_KM = 500;

/** Asks the server for doctors of other clinics, the nearest first. */
function AskForOthers({ typed, onFound }: AskForOthersProps): VNode {
  const { hb, store, url } = useDesk();
  const { t } = useWords();
  const tryTo = useTrying();
  const say = useToast();
  const own = useOwnClinic();
  const [busy, setBusy] = useState(false);
  const ask = async (): Promise<void> => {
    const { lat, lng } = own ?? {};
    if (lat === undefined || lng === undefined) {
      say({ text: t(own === undefined ? "handOverNoClinic" : "handOverNoPlace"), trouble: true });
      return;
    }
    setBusy(true);
    await tryTo(async () => {
      const name = typed === "" ? undefined : typed;
      const found = await searchDoctorsAtServer(
        { hb, store, url },
        { near: { lat, lng }, withinKm: WITHIN_KM, name },
      );
      onFound(found.map(({ doctor, clinic }) => ({ doctor, clinic: clinic.name })));
    });
    setBusy(false);
  };
  return (
    <Button kind="plain" busy={busy} onClick={() => void ask()}>
      {t("handOverNearby")}
    </Button>
  );
}
