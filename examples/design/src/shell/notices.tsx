import type { AppUpdate, Eviction, StorageState } from "@healthbridge/client-sdk/web";
import { Download, HardDrive } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Banner } from "../badge.tsx";
import { Button } from "../button.tsx";
import { Dialog } from "../dialog.tsx";
import type { Updates } from "./around.ts";
import { useShell, useSpeech } from "./context.tsx";
import { shellWords } from "./own-words.ts";
import { type Refusal, refusalOf } from "./refusal.ts";
import { SignInForm } from "./sign-in-form.tsx";
import { useObserved } from "./use-observed.ts";

/** What concerns the whole app, above whatever it shows: sign in again, a new version, room on the device. */
export function Notices(): VNode {
  const { hb, updates, room } = useShell();
  return (
    <>
      <SignInAgain />
      <LostNotice lost={useObserved(room.lost)} onUnderstood={room.acknowledge} />
      <RoomNotice
        state={useObserved(room.state)}
        waiting={useObserved(hb.status).waiting.total}
        onKeep={room.askToPersist}
        onUnderstood={room.acknowledge}
      />
      <UpdateOffer updates={updates} />
    </>
  );
}

/** Offers a new version once there is one: in the app, and where nobody is in. */
export function UpdateOffer({ updates }: { readonly updates: Updates }): VNode {
  return <UpdateNotice update={useObserved(updates.update)} onApply={updates.apply} />;
}

/** A new version is here. */
export function UpdateNotice({
  update,
  onApply,
}: {
  readonly update: AppUpdate;
  readonly onApply: () => void;
}): VNode | null {
  const { t } = useSpeech(shellWords);
  if (update !== "ready" && update !== "taken") return null;
  return (
    <Banner tone="info" icon={Download} actions={<Button onClick={onApply}>{t("useNow")}</Button>}>
      {t("newVersion")} {t("pinOnce")}
    </Banner>
  );
}

export interface RoomNoticeProps {
  readonly state: StorageState | undefined;
  /** how much waits to be sent: without any nothing could be lost */
  readonly waiting: number;
  readonly onKeep: () => void;
  readonly onUnderstood: () => void;
}

/** What was lost, that there is no room, or that what waits is not safe here; the worst of them alone. */
export function RoomNotice({ state, waiting, onKeep, onUnderstood }: RoomNoticeProps): VNode | null {
  const { t } = useSpeech(shellWords);
  const [asked, setAsked] = useState(false);
  if (state === undefined) return null;
  if (state.evicted !== undefined) return <LostNotice lost={[state.evicted]} onUnderstood={onUnderstood} />;
  if (state.quota !== "ok")
    return (
      <Banner tone={state.quota === "full" ? "trouble" : "waiting"} icon={HardDrive}>
        {t(state.quota === "full" ? "spaceFull" : "spaceTight")}
      </Banner>
    );
  if (state.persisted !== false || waiting === 0 || asked) return null;
  const keep = (): void => {
    setAsked(true);
    onKeep();
  };
  return (
    <Banner tone="info" icon={HardDrive} actions={<Button onClick={keep}>{t("keepIt")}</Button>}>
      {t("mayBeThrown")}
    </Banner>
  );
}

/** The browser has thrown away what was kept. */
export function LostNotice({
  lost,
  onUnderstood,
}: {
  readonly lost: ReadonlyArray<Pick<Eviction, "waiting" | "lost">>;
  readonly onUnderstood: () => void;
}): VNode | null {
  const { t } = useSpeech(shellWords);
  if (lost.length === 0) return null;
  const n = lost.reduce((sum, each) => sum + (each.lost ?? each.waiting), 0);
  return (
    <Banner tone="trouble" actions={<Button onClick={onUnderstood}>{t("understood")}</Button>}>
      {n === 0 ? t("evictedNothing") : t("evicted", { n })}
    </Banner>
  );
}

/** Shown while the server wants a new sign-in: everything goes on, but nothing is sent. */
function SignInAgain(): VNode | null {
  const { hb, account } = useShell();
  const { t } = useSpeech(shellWords);
  const { state } = useObserved(hb.status);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  if (state !== "needs-sign-in") return null;
  return (
    <>
      <Banner tone="waiting" actions={<Button onClick={() => setOpen(true)}>{t("signInAgain")}</Button>}>
        {t("signInAgainLead")}
      </Banner>
      {open && (
        <Dialog title={t("signInAgain")} closeLabel={t("close")} onClose={() => setOpen(false)}>
          <SignInForm
            whose={account.login}
            busy={busy}
            refusal={refusal}
            onSignIn={(credentials) => {
              setBusy(true);
              void hb
                .signIn(credentials)
                .then(
                  () => setOpen(false),
                  (error: unknown) => setRefusal(refusalOf(error)),
                )
                .finally(() => setBusy(false));
            }}
          />
        </Dialog>
      )}
    </>
  );
}
