import { useAccount, useList, useNow } from "@healthbridge/client-sdk/react";
import type { Held } from "@healthbridge/client-sdk";
import {
  Badge,
  Button,
  Dialog,
  EmptyPage,
  EmptyState,
  Face,
  focusFirstWrong,
  List,
  ListItem,
  SelectField,
  TextField,
  useToast,
} from "@healthbridge/example-design";
import { useShell } from "@healthbridge/example-design/shell";
import { UserPlus } from "lucide";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { dateIn } from "../logic/free-times.ts";
import {
  changesOf,
  EMPTY_PROFILE,
  type ProfileForm,
  profileOf,
  detailsOf,
  type WrongField,
  wrongIn,
} from "../logic/profile.ts";
import { birthday } from "../words/sayings.ts";
import { useWords } from "../words/words.ts";

type Editing = { readonly patient?: Held<"patient"> | undefined; readonly form: ProfileForm };

/** Whom she acts for. */
export function FamilyScreen(): VNode {
  const { t } = useWords();
  const patients = useList("patient");
  const account = useAccount();
  const [editing, setEditing] = useState<Editing>();
  const add = (): void =>
    setEditing({ form: { ...EMPTY_PROFILE, name: patients.length === 0 ? (account?.name ?? "") : "" } });
  return (
    <div class="stack">
      <p class="muted">{t("family.more")}</p>
      {patients.length === 0 ? (
        <EmptyState title={t("family.none")} picture={EmptyPage} />
      ) : (
        <List label={t("family.title")}>
          {patients.map((patient) => (
            <ListItem
              key={patient.id}
              before={<Face name={patient.name} />}
              title={patient.name}
              detail={<Detail patient={patient} />}
              onPress={() => setEditing({ patient, form: profileOf(patient) })}
            />
          ))}
        </List>
      )}
      <Button kind="primary" icon={UserPlus} onClick={add}>
        {t("family.add")}
      </Button>
      {editing !== undefined && (
        <PersonDialog key={editing.patient?.id} {...editing} onClose={() => setEditing(undefined)} />
      )}
    </div>
  );
}

function Detail({ patient }: { readonly patient: Held<"patient"> }): VNode {
  const speech = useWords();
  const { t } = speech;
  const { born, phone, waiting } = patient;
  return (
    <>
      {born !== undefined && birthday(speech, born)}
      {born !== undefined && phone !== undefined && <br />}
      {phone}
      {waiting === true && (
        <>
          <br />
          <Badge tone="waiting">{t("family.waits")}</Badge>
        </>
      )}
    </>
  );
}

function PersonDialog({ onClose, ...editing }: Editing & { readonly onClose: () => void }): VNode {
  const { t } = useWords();
  const element = useRef<HTMLFormElement>(null);
  const { patient, form: first } = editing;
  const { form, change, wrong, busy, save } = useProfile(editing, onClose);
  useEffect(() => {
    if (wrong.length > 0 && element.current !== null) focusFirstWrong(element.current);
  }, [wrong]);
  return (
    <Dialog
      title={patient === undefined ? t("family.add") : t("family.edit", { name: patient.name })}
      closeLabel={t("app.close")}
      onClose={onClose}
      actions={
        <>
          <Button kind="plain" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button kind="primary" busy={busy} onClick={() => void save()}>
            {t("app.save")}
          </Button>
        </>
      }
    >
      <form
        ref={element}
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <PersonFields form={form} was={first} wrong={wrong} onChange={change} />
        {patient !== undefined && <p class="small muted">{t("family.emptiedStays")}</p>}
      </form>
    </Dialog>
  );
}

/** A person's profile while it is filled in. */
function useProfile({ patient, form: first }: Editing, onKept: () => void) {
  const { hb } = useShell();
  const { t } = useWords();
  const say = useToast();
  const now = useNow();
  const [form, setForm] = useState(first);
  const [wrong, setWrong] = useState<readonly WrongField[]>([]);
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    const found = wrongIn(form, dateIn(Intl.DateTimeFormat().resolvedOptions().timeZone, now));
    setWrong(found);
    if (found.length > 0) return;
    if (patient !== undefined && Object.keys(changesOf(form, first)).length === 0) return onKept();
    setBusy(true);
    try {
      await (patient === undefined
        ? hb.registerPatient(detailsOf(form))
        : hb.updatePatient({ ...changesOf(form, first), patient: patient.id }));
      say({ text: t("family.kept") });
      onKept();
    } catch {
      say({ text: t("book.failed"), trouble: true });
      setBusy(false);
    }
  };
  const change = (more: Partial<ProfileForm>): void => setForm({ ...form, ...more });
  return { form, change, wrong, busy, save };
}

interface PersonFieldsProps {
  readonly form: ProfileForm;
  /** before she changed anything: what was chosen once can be chosen otherwise, and no more left open */
  readonly was: ProfileForm;
  readonly wrong: readonly WrongField[];
  readonly onChange: (change: Partial<ProfileForm>) => void;
}

const SEXES = ["female", "male", "other", "unknown"] as const;
const NOTICES = ["push", "sms", "voice", "email", "off"] as const;

function PersonFields({ form, was, wrong, onChange }: PersonFieldsProps): VNode {
  const { t } = useWords();
  // Nobody gives an address here: by e-mail is told only who had that noted elsewhere.
  const notices = NOTICES.filter((each) => each !== "email" || was.notices === "email");
  return (
    <>
      <TextField
        label={t("family.name")}
        value={form.name}
        maxLength={120}
        onValue={(name) => onChange({ name })}
        error={wrong.includes("name") ? t("family.nameWrong") : undefined}
      />
      <TextField
        label={t("family.born")}
        type="date"
        value={form.born}
        onValue={(born) => onChange({ born })}
        error={wrong.includes("born") ? t("family.bornWrong") : undefined}
      />
      <SelectField
        label={t("family.sex")}
        value={form.sex}
        onValue={(value) => onChange({ sex: SEXES.find((each) => each === value) ?? "" })}
        options={[
          ...(was.sex === "" ? [{ value: "", label: "" }] : []),
          ...SEXES.map((value) => ({ value, label: t(`family.sex.${value}`) })),
        ]}
      />
      <TextField
        label={t("family.phone")}
        hint={t("family.phoneHint")}
        type="tel"
        inputMode="tel"
        value={form.phone}
        onValue={(phone) => onChange({ phone })}
        error={wrong.includes("phone") ? t("family.phoneWrong") : undefined}
      />
      <TextField
        label={t("family.village")}
        maxLength={80}
        value={form.village}
        onValue={(village) => onChange({ village })}
      />
      <SelectField
        label={t("family.notices")}
        value={form.notices}
        onValue={(value) => onChange({ notices: NOTICES.find((each) => each === value) ?? "" })}
        options={[
          ...(was.notices === "" ? [{ value: "", label: t("family.notices.usual") }] : []),
          ...notices.map((value) => ({ value, label: t(`family.notices.${value}`) })),
        ]}
      />
    </>
  );
}
