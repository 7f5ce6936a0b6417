import { Button, Card, Icon, Tabs } from "@healthbridge/example-design";
import { useAppointments } from "@healthbridge/client-sdk/react";
import { Download, TriangleAlert } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { dayCsv } from "../logic/export-day.ts";
import { ImportPanel } from "../parts/import-panel.tsx";
import { saveFile } from "../parts/save-file.ts";
import { TransferPanel } from "../parts/transfer-panel.tsx";
import { useDesk } from "../parts/use-desk.ts";
import { usePatientOf } from "../parts/use-patients.ts";
import { t } from "../words.ts";

type Tab = "import" | "export" | "transfer";

/** Tables in and out, and the queue as a sealed file for another device. */
export function FilesScreen(): VNode {
  const [tab, setTab] = useState<Tab>("import");
  return (
    <Tabs<Tab>
      label={t("files")}
      value={tab}
      onValue={setTab}
      tabs={[
        { value: "import", label: t("importTab") },
        { value: "export", label: t("exportTab") },
        { value: "transfer", label: t("transferTab") },
      ]}
    >
      {tab === "import" && <ImportPanel />}
      {tab === "export" && <ExportPanel />}
      {tab === "transfer" && <TransferPanel />}
    </Tabs>
  );
}

function ExportPanel(): VNode {
  const { doctors, clinic, today } = useDesk();
  const visits = useAppointments({ clinic });
  const patientOf = usePatientOf();
  const [date, setDate] = useState(today);
  const count = date === "" ? 0 : visits.filter(({ start }) => start.startsWith(date)).length;
  const save = (): void => {
    const text = dayCsv(date, visits, (id) => doctors.find((doctor) => doctor.id === id), patientOf);
    saveFile(`day-${date}.csv`, "text/csv", text);
  };
  return (
    <Card title={t("exportTitle")}>
      <p class="muted">{t("exportLead")}</p>
      <label class="field">
        <span class="strong">{t("date")}</span>
        <input
          class="input"
          type="date"
          value={date}
          onInput={({ currentTarget }) => setDate(currentTarget.value)}
        />
      </label>
      <p>{t("appointmentsOfDay", { n: count })}</p>
      <Button kind="primary" icon={Download} disabled={count === 0} onClick={save}>
        {t("saveTable")}
      </Button>
      <p class="small muted row">
        <Icon of={TriangleAlert} />
        {t("exportWarning")}
      </p>
    </Card>
  );
}
