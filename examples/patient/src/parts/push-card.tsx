import { HealthBridgeError } from "@healthbridge/client-sdk";
import { useObservable } from "@healthbridge/client-sdk/react";
import { type WatchedPush, watchPush } from "@healthbridge/client-sdk/web";
import { Banner, Card, CheckField } from "@healthbridge/example-design";
import { useShell } from "@healthbridge/example-design/shell";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useWords } from "../words/words.ts";

/** Reminders while the app is closed, where browser and clinic can do that. */
export function PushCard(): VNode | null {
  const { hb, url, store } = useShell();
  const [push, setPush] = useState<WatchedPush>();
  useEffect(() => {
    const watched = watchPush({ hb, url, store });
    setPush(watched);
    return () => watched.stop();
  }, [hb, url, store]);
  return push === undefined ? null : <PushSwitch push={push} />;
}

function PushSwitch({ push }: { readonly push: WatchedPush }): VNode {
  const { t } = useWords();
  const state = useObservable(push.state);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const cannot = state === "unsupported" || state === "not-offered";
  const turn = async (on: boolean): Promise<void> => {
    setBusy(true);
    setFailed(false);
    try {
      await (on ? push.ask() : push.end());
    } catch (error) {
      if (!(error instanceof HealthBridgeError)) throw error;
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={t("more.notices")}>
      {cannot ? (
        <p class="muted">{t("more.noticesNo")}</p>
      ) : (
        <CheckField
          label={t("more.noticesOn")}
          hint={state === "blocked" ? t("more.noticesBlocked") : undefined}
          checked={state === "on"}
          disabled={busy || state === "blocked"}
          onChecked={(on) => void turn(on)}
        />
      )}
      {failed && <Banner tone="trouble">{t("more.noticesFailed")}</Banner>}
    </Card>
  );
}
