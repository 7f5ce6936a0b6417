import {
  Button,
  Dialog,
  EmptyState,
  List,
  ListItem,
  NobodyFound,
  TextField,
  Face,
} from "@healthbridge/example-design";
import { useList } from "@healthbridge/client-sdk/react";
import type { Doctor, EntityId } from "@healthbridge/schema/client";
import { Search } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useDesk, useWords } from "../shared/desk-context.ts";
import { useTrying } from "../shared/fail.ts";
import { plainName } from "../shared/names.ts";
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
  const { id, name } = doctor;
  const handOver = async (): Promise<void> => {
    if (!(await tryTo(() => chat.handOver({ conversation, doctor: id }), "handOverKept"))) return;
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
          <Button kind="primary" onClick={() => void handOver()}>
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

/** Colleagues of the clinic are known here; others once the directory was fetched. */
function ChooseDoctor({ onClose, onChoose }: ChooseDoctorProps): VNode {
  const { hb, doctor } = useDesk();
  const { t } = useWords();
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const found = useList("doctor")
    .filter(({ id, name }) => id !== doctor && name.toLowerCase().includes(wanted))
    .toSorted((left, right) => left.name.localeCompare(right.name));
  return (
    <Dialog title={t("handOver")} closeLabel={t("close")} onClose={onClose}>
      <div class="stack">
        <TextField label={t("handOverWho")} type="search" icon={Search} value={typed} onValue={setTyped} />
        {found.length === 0 && <EmptyState picture={NobodyFound} title={t("handOverNobody")} />}
        {found.length > 0 && (
          <List label={t("handOverFound")}>
            {found.slice(0, MOST).map((each) => (
              <ListItem
                key={each.id}
                before={<Face name={each.name} />}
                title={each.name}
                detail={[...each.specialities.map(plainName), hb.get("clinic", each.clinic)?.name]
                  .filter(Boolean)
                  .join(" · ")}
                onPress={() => onChoose(each)}
              />
            ))}
          </List>
        )}
        {found.length > MOST && <p class="small muted">{t("handOverMany", { n: found.length - MOST })}</p>}
        <FetchDirectory />
      </div>
    </Dialog>
  );
}

/** Doctors of other clinics: a megabyte that nobody fetches who does not need it. */
function FetchDirectory(): VNode {
  const { hb } = useDesk();
  const { t } = useWords();
  const [busy, setBusy] = useState(false);
  const fetchAll = async (): Promise<void> => {
    setBusy(true);
    await hb.follow("directory");
    await hb.sync();
    setBusy(false);
  };
  return (
    <Button kind="plain" busy={busy} onClick={() => void fetchAll()}>
      {t("handOverDirectory")}
    </Button>
  );
}
