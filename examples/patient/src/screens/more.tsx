import { useObservable, useStatus, useWaiting } from "@healthbridge/client-sdk/react";
import { Button, Card, CheckField, Icon, List, ListItem, SelectField } from "@healthbridge/example-design";
import { LANGUAGES, languageOf, useLanguage, useShell } from "@healthbridge/example-design/shell";
import { Lock, LogOut, RefreshCw, Users } from "lucide";
import type { VNode } from "preact";
import { setDailyBytes } from "../app/device.ts";
import { useMemories, useParts } from "../app/parts.ts";
import { hashOf } from "../logic/route.ts";
import { PushCard } from "../parts/push-card.tsx";
import { bytes, keyOf } from "../words/sayings.ts";
import { useWords } from "../words/words.ts";

/** What waits, what it cost, who uses it, and the way out. */
export function MoreScreen(): VNode {
  const { lock, askToSignOut } = useShell();
  const { language, setLanguage } = useLanguage();
  const { t } = useWords();
  return (
    <div class="stack">
      <SelectField
        label={t("more.language")}
        value={language}
        onValue={(value) => setLanguage(languageOf([value]))}
        options={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
      />
      <List>
        <ListItem before={<Icon of={Users} />} title={t("more.family")} href={hashOf({ screen: "family" })} />
      </List>
      <WaitingCard />
      <DataCard />
      <PushCard />
      <List label={t("more.privacy")}>
        <ListItem before={<Icon of={Lock} />} title={t("more.lock")} onPress={lock} />
        <ListItem before={<Icon of={LogOut} />} title={t("more.signOut")} onPress={askToSignOut} />
      </List>
    </div>
  );
}

/** Each thing that is not sent yet, by name: nobody has to trust a number. */
function WaitingCard(): VNode {
  const { hb } = useShell();
  const { t, when } = useWords();
  const waiting = useWaiting();
  const isSending = useStatus(({ state }) => state === "sending");
  const nameOf = (type: string): string =>
    t(keyOf(`more.asked.${type.split(".")[1] ?? ""}`) ?? "more.asked.other");
  return (
    <Card
      title={t("more.waiting")}
      aside={
        <Button kind="plain" icon={RefreshCw} busy={isSending} onClick={() => void hb.sync()}>
          {t("more.syncNow")}
        </Button>
      }
    >
      {waiting.length === 0 ? (
        <p class="muted">{t("more.nothingWaits")}</p>
      ) : (
        <ul class="plain">
          {waiting.map(({ id, type, madeAt }) => (
            <li key={id} class="row between">
              <span>{nameOf(type)}</span>
              <span class="muted small number">{when(madeAt, Date.now())}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

const LIMITS = [500_000, 1_000_000, 3_000_000, 10_000_000, 50_000_000];

/** What the app has used today, and how much it may. */
function DataCard(): VNode {
  const { memory, budget } = useParts();
  const { saver } = useMemories();
  const speech = useWords();
  const { t } = speech;
  const { usedToday, limit } = useObservable(budget.state);
  return (
    <Card
      title={t("more.data")}
      aside={<span class="strong number">{t("more.dataToday", { used: bytes(speech, usedToday) })}</span>}
    >
      <div class="stack">
        <progress max={limit} value={Math.min(usedToday, limit)} aria-label={t("more.data")} />
        <SelectField
          label={t("more.dataMost")}
          value={String(limit)}
          onValue={(value) => setDailyBytes(budget, Number(value))}
          options={[...new Set([...LIMITS, limit])]
            .toSorted((left, right) => left - right)
            .map((each) => ({
              value: String(each),
              label: bytes(speech, each),
            }))}
        />
        <CheckField
          label={t("more.dataSaver")}
          checked={saver}
          onChecked={(checked) => memory.note({ saver: checked })}
        />
      </div>
    </Card>
  );
}
