import { Banner, Button, Card, Field, TextField } from "@healthbridge/example-design";
import { exportQueue, type ImportReport, importQueue } from "@healthbridge/client-sdk/transfer";
import { useStatus } from "@healthbridge/client-sdk/react";
import { FileLock, FolderInput } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useShell } from "@healthbridge/example-design/shell";
import { t } from "../words.ts";
import { saveFile } from "./save-file.ts";
import { codeOf, fileTroubleInWords } from "./trouble.ts";
import { useDesk } from "./use-desk.ts";
import { Form } from "./form.tsx";

type Said = { readonly tone: "sure" | "trouble"; readonly text: string };

/** What waits, as a sealed file that another device of the same worker can send; and such a file taken in. */
export function TransferPanel(): VNode {
  return (
    <div class="columns">
      <SealCard />
      <OpenCard />
    </div>
  );
}

/** The SDK takes no shorter one: whoever finds the file has all the time in the world to guess. */
const LEAST_PASSPHRASE = 10;

function SealCard(): VNode {
  const { hb, url, store } = useShell();
  const { today } = useDesk();
  const total = useStatus(({ waiting }) => waiting.total);
  const [passphrase, setPassphrase] = useState("");
  const [said, setSaid] = useState<Said>();
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const isShort = passphrase.length < LEAST_PASSPHRASE;
  const seal = async (): Promise<void> => {
    setTried(true);
    if (isShort) return;
    setBusy(true);
    try {
      saveFile(
        `waiting-${today}.hbq`,
        "application/octet-stream",
        await exportQueue({ hb, url, store }, { passphrase }),
      );
      setSaid({ tone: "sure", text: t("sealed", { n: total }) });
    } catch (error) {
      setSaid({ tone: "trouble", text: fileTroubleInWords(codeOf(error)) });
    }
    setBusy(false);
  };
  return (
    <Card title={t("sealTitle")}>
      <p class="muted">{t("sealLead")}</p>
      <p class="strong">{t("waitingHere", { n: total })}</p>
      <Form onSubmit={seal}>
        <TextField
          label={t("passphrase")}
          hint={t("passphraseHint", { n: LEAST_PASSPHRASE })}
          type="password"
          showLabel={t("showPassphrase")}
          autocomplete="off"
          value={passphrase}
          onValue={setPassphrase}
          error={tried && isShort ? t("passphraseShort", { n: LEAST_PASSPHRASE }) : undefined}
        />
        <Button type="submit" kind="primary" icon={FileLock} busy={busy} disabled={total === 0}>
          {t("saveSealed")}
        </Button>
      </Form>
      {said && <Banner tone={said.tone}>{said.text}</Banner>}
    </Card>
  );
}

function OpenCard(): VNode {
  const { hb, url, store } = useShell();
  const [file, setFile] = useState<File>();
  const [passphrase, setPassphrase] = useState("");
  const [said, setSaid] = useState<Said>();
  const [busy, setBusy] = useState(false);
  const open = async (): Promise<void> => {
    if (file === undefined) return;
    setBusy(true);
    setSaid(undefined); // said anew it is read out anew
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      setSaid(cameOf(await importQueue({ hb, url, store }, bytes, { passphrase })));
    } catch (error) {
      setSaid({ tone: "trouble", text: fileTroubleInWords(codeOf(error)) });
    }
    setBusy(false);
  };
  return (
    <Card title={t("openTitle")}>
      <p class="muted">{t("openLead")}</p>
      <Form onSubmit={open}>
        <SealedFileField onFile={setFile} />
        <TextField
          label={t("passphrase")}
          type="password"
          showLabel={t("showPassphrase")}
          autocomplete="off"
          value={passphrase}
          onValue={setPassphrase}
        />
        <Button
          type="submit"
          kind="primary"
          icon={FolderInput}
          busy={busy}
          disabled={file === undefined || passphrase === ""}
        >
          {t("openSealed")}
        </Button>
      </Form>
      {said && <Banner tone={said.tone}>{said.text}</Banner>}
    </Card>
  );
}

/** Only a file that is here as a whole is good news: of another one it is said what is safe where, and what to do. */
function cameOf({ taken, known, refused }: ImportReport): Said {
  const here = t("opened", { taken, known });
  return refused === 0
    ? { tone: "sure", text: here }
    : { tone: "trouble", text: `${t("openedPartly", { n: refused })} ${here}` };
}

function SealedFileField({ onFile }: { readonly onFile: (file: File | undefined) => void }): VNode {
  return (
    <Field label={t("sealedFile")}>
      {(ties) => (
        <input
          class="input"
          type="file"
          accept=".hbq"
          {...ties}
          onChange={({ currentTarget }) => onFile(currentTarget.files?.[0])}
        />
      )}
    </Field>
  );
}
