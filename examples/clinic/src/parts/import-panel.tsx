import { Badge, Banner, Button, Card, Field, SelectField, useToast } from "@healthbridge/example-design";
import type { Enqueued } from "@healthbridge/client-sdk";
import { useWaiting } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import { Download, Upload } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import {
  decided,
  type GoodRow,
  IMPORT_COLUMNS,
  importItems,
  type ImportRow,
  type ImportTable,
  readImport,
  rowRefs,
  type Same,
} from "../logic/import-rows.ts";
import { countAsked } from "../logic/count-asked.ts";
import { writeCsv } from "../logic/csv.ts";
import { diallingOf } from "../logic/patient-draft.ts";
import { startAt } from "../logic/wall.ts";
import { USUAL_WISHES, type WishChoice } from "../logic/wish-choice.ts";
import { speech, t } from "../words.ts";
import { detailsOf } from "./patient-words.ts";
import { rowFaultInWords } from "./row-faults.ts";
import { saveFile } from "./save-file.ts";
import { codeOf, troubleInWords } from "./trouble.ts";
import { Form } from "./form.tsx";
import { useDesk } from "./use-desk.ts";
import { usePatients } from "./use-patients.ts";
import { WishFields } from "./wish-fields.tsx";

type BadRow = ImportRow & { readonly kind: "fault" };

/** A table of patients and bookings: looked at row by row before anything is asked for. What cannot be read is kept to be mended. */
export function ImportPanel(): VNode {
  const { hb, clinic } = useDesk();
  const toast = useToast();
  const tableIn = useTableIn();
  const [table, setTable] = useState<ImportTable>();
  const [wishes, setWishes] = useState<WishChoice>(USUAL_WISHES);
  const [asked, setAsked] = useState<readonly Enqueued[]>();
  const [same, setSame] = useState<Same>({});
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const read = await tableIn(file);
    if (read === undefined) toast({ text: t("tableNotRead"), trouble: true });
    setAsked(undefined);
    setSame({});
    setTable(read);
  };
  const good = (table?.rows ?? []).flatMap((row) => (row.kind === "good" ? [decided(row, same)] : []));
  const bad = (table?.rows ?? []).filter((row): row is BadRow => row.kind === "fault");
  const ask = async (): Promise<void> => {
    if (clinic === undefined) return;
    try {
      setAsked(await hb.enqueueMany(importItems(await rowRefs(good), clinic, wishes)));
    } catch (error) {
      toast({ text: troubleInWords(codeOf(error)), trouble: true });
    }
  };
  return (
    <div class="stack">
      <ChooseTable onFile={(file) => void read(file)} />
      {table?.headless === true && (
        <Banner tone="trouble">{t("headless", { columns: IMPORT_COLUMNS.join(", ") })}</Banner>
      )}
      {table?.rows.length === 0 && !table.headless && <Banner tone="info">{t("noRows")}</Banner>}
      {table !== undefined && table.unused.length > 0 && (
        <Banner tone="info">{t("unusedColumns", { columns: speech.and(table.unused) })}</Banner>
      )}
      {asked && <AskedRows asked={asked} />}
      {bad.length > 0 && table !== undefined && <BadRows rows={bad} header={table.header} />}
      {good.length > 0 && asked === undefined && (
        <Card title={t("goodRows", { n: good.length })}>
          <GoodRows rows={good} onSame={(line, patient) => setSame({ ...same, [line]: patient })} />
          {good.some(({ booking }) => booking !== undefined) && (
            <WishFields wishes={wishes} onWishes={setWishes} />
          )}
          <Form onSubmit={ask}>
            <Button type="submit" kind="primary" wide icon={Upload}>
              {t("takeRows", { n: good.length })}
            </Button>
          </Form>
        </Card>
      )}
    </div>
  );
}

/** Reads a table, beside what this desk knows; `undefined` where the file was moved or changed since it was chosen, or nobody may read it. */
function useTableIn(): (file: File) => Promise<ImportTable | undefined> {
  const { doctors, today, now, zone } = useDesk();
  const patients = usePatients();
  return async (file) => {
    const text = await file.text().catch(() => undefined);
    if (text === undefined) return undefined;
    return readImport(text, {
      today,
      now,
      dialling: diallingOf(zone),
      doctors,
      patients,
      startOf: (_, date, time) => startAt(zone, date, time),
    });
  };
}

function ChooseTable({ onFile }: { readonly onFile: (file: File | undefined) => void }): VNode {
  return (
    <Card title={t("importTitle")}>
      <p class="muted">{t("importLead", { columns: IMPORT_COLUMNS.join(", ") })}</p>
      <Field label={t("chooseTable")}>
        {(ties) => (
          <input
            class="input"
            type="file"
            accept=".csv,.txt,text/csv"
            {...ties}
            onClick={({ currentTarget }) => {
              currentTarget.value = ""; // or the same file, mended, would be no change
            }}
            onChange={({ currentTarget }) => onFile(currentTarget.files?.[0])}
          />
        )}
      </Field>
    </Card>
  );
}

function AskedRows({ asked }: { readonly asked: readonly Enqueued[] }): VNode {
  const fresh = asked.filter(({ known }) => known !== true);
  const again = asked.length - fresh.length;
  const { waiting, sent } = countAsked(fresh, useWaiting());
  const said = [
    ...(waiting > 0 ? [t("rowsTaken", { n: waiting })] : []),
    ...(sent > 0 ? [t("askedSent", { n: sent })] : []),
    ...(again > 0 ? [t("rowsKnown", { n: again })] : []),
  ];
  return <Banner tone={waiting > 0 ? "waiting" : "info"}>{said.join(" ")}</Banner>;
}

function BadRows({
  rows,
  header,
}: {
  readonly rows: readonly BadRow[];
  readonly header: readonly string[];
}): VNode {
  const save = (): void => {
    const lines = rows.map(({ text }) => text).join("\r\n");
    saveFile("rows-to-mend.csv", "text/csv", `${writeCsv([header])}${lines}\r\n`);
  };
  return (
    <Card
      title={t("badRows", { n: rows.length })}
      aside={
        <Button kind="plain" icon={Download} onClick={save}>
          {t("saveBadRows")}
        </Button>
      }
    >
      <p class="muted small">{t("badRowsLead")}</p>
      <ul class="rows">
        {rows.map((row) => (
          <li key={row.line}>
            <span class="ticket-number">{row.line}</span>
            <span class="grow">
              <span class="strong">{row.shown === "" ? t("nameMissing") : row.shown}</span>
              <span class="wrong-row">{row.faults.map(rowFaultInWords).join(" ")}</span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

interface GoodRowsProps {
  readonly rows: readonly GoodRow[];
  readonly onSame: (line: number, patient: EntityId) => void;
}

function GoodRows({ rows, onSame }: GoodRowsProps): VNode {
  return (
    <ul class="rows">
      {rows.map((row) => (
        <li key={row.line}>
          <span class="ticket-number">{row.line}</span>
          <span class="grow">
            <span class="strong">{row.shown}</span>
            <span class="detail">{bookingInWords(row)}</span>
          </span>
          {row.doubles.length > 0 ? (
            <WhoIsIt row={row} onSame={onSame} />
          ) : (
            <Badge tone={row.known === undefined ? "info" : "sure"}>
              {t(row.known === undefined ? "rowNew" : "rowKnown")}
            </Badge>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Cards like it are here: whoever looks at it says whether it is one of them. */
function WhoIsIt({ row, onSame }: Pick<GoodRowsProps, "onSame"> & { readonly row: GoodRow }): VNode {
  const { line, known, doubles } = row;
  return (
    <SelectField
      label={t("rowDouble", { n: doubles.length })}
      value={known?.id ?? ""}
      onValue={(patient) => onSame(line, patient)}
      options={[
        { value: "", label: t("anotherPerson") },
        ...doubles.map((patient) => ({
          value: patient.id,
          label: [patient.name, detailsOf(patient)].filter((part) => part !== "").join(", "),
        })),
      ]}
    />
  );
}

function bookingInWords({ booking, known }: GoodRow): string {
  if (booking === undefined) return known === undefined ? t("rowRegisters") : t("rowNothing");
  return `${speech.day(booking.start)}, ${speech.time(booking.start)}, ${booking.doctor.name}`;
}
