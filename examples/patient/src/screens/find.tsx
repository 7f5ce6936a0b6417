import {
  Banner,
  Busy,
  Button,
  EmptyState,
  Face,
  List,
  ListItem,
  NobodyFound,
} from "@healthbridge/example-design";
import { MapPin } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useMemories, useParts } from "../app/parts.ts";
import { type Near, useNear } from "../app/use-near.ts";
import { type Filters, type NearDoctor, type Place, placesOf } from "../logic/near.ts";
import { hashOf } from "../logic/route.ts";
import { FilterFields } from "../parts/filter-fields.tsx";
import { MapView } from "../parts/map-view.tsx";
import { PlaceDialog } from "../parts/place-dialog.tsx";
import { dayAndTime, distance, speciality } from "../words/sayings.ts";
import { useWords } from "../words/words.ts";

/** Doctors near a place. */
export function FindScreen(): VNode {
  const { memory } = useParts();
  const { place, filters } = useMemories();
  const { t } = useWords();
  const [choosing, setChoosing] = useState(false);
  const near = useNear(place, filters);
  return (
    <>
      {place === undefined ? (
        <EmptyState
          title={t("find.choose")}
          picture={NobodyFound}
          actions={
            <Button kind="primary" icon={MapPin} onClick={() => setChoosing(true)}>
              {t("find.change")}
            </Button>
          }
        >
          <p>{t("find.chooseMore")}</p>
        </EmptyState>
      ) : (
        <Results
          near={near}
          place={place}
          filters={filters}
          onFilters={(next) => memory.note({ filters: next })}
          onChange={() => setChoosing(true)}
        />
      )}
      {choosing && (
        <PlaceDialog
          onClose={() => setChoosing(false)}
          onPlace={(next) => {
            memory.note({ place: next });
            setChoosing(false);
          }}
        />
      )}
    </>
  );
}

interface ResultsProps {
  readonly near: Near;
  readonly place: Place;
  readonly filters: Filters;
  readonly onFilters: (filters: Filters) => void;
  readonly onChange: () => void;
}

function Results({ near: { doctors, from }, place, filters, onFilters, onChange }: ResultsProps): VNode {
  const { t } = useWords();
  const places = placesOf(doctors);
  const numberOf = ({ clinic }: NearDoctor): number => 1 + places.findIndex(({ id }) => id === clinic.id);
  return (
    <div class="stack">
      <div class="row between">
        <p class="strong">
          {place.name === undefined ? t("find.nearYou") : t("find.near", { place: place.name })}
        </p>
        <Button kind="plain" icon={MapPin} onClick={onChange}>
          {t("find.change")}
        </Button>
      </div>
      <FilterFields filters={filters} onFilters={onFilters} />
      {from === "phone" && <Banner tone="info">{t("find.offline")}</Banner>}
      {places.length > 0 && <MapView here={place} isOwnPlace={place.name === undefined} places={places} />}
      <div role="status">
        {from === "looking" ? (
          <Busy label={t("find.looking")} />
        ) : (
          <h2>{t("find.found", { n: doctors.length })}</h2>
        )}
      </div>
      {doctors.length > 0 && (
        <List label={t("find.found", { n: doctors.length })}>
          {doctors.map((each) => (
            <DoctorLine key={each.doctor.id} near={each} number={numberOf(each)} />
          ))}
        </List>
      )}
      {doctors.length === 0 && from !== "looking" && (
        <EmptyState title={t("find.nobody")} picture={NobodyFound}>
          <p>{t(from === "phone" ? "find.nobodyOffline" : "find.nobodyMore")}</p>
        </EmptyState>
      )}
    </div>
  );
}

function DoctorLine({ near, number }: { readonly near: NearDoctor; readonly number: number }): VNode {
  const speech = useWords();
  const { t } = speech;
  const { doctor, clinic, metres, nextFree } = near;
  const free =
    nextFree.known === "free"
      ? t("find.free", { time: dayAndTime(speech, nextFree.start) })
      : nextFree.known === "none"
        ? t("find.noneUntil", { date: speech.day(nextFree.until) })
        : t("find.unknown");
  return (
    <ListItem
      href={hashOf({ screen: "doctor", id: doctor.id })}
      before={number > 0 ? <span class="place-number">{number}</span> : <Face name={doctor.name} />}
      title={doctor.name}
      detail={
        <>
          {doctor.specialities.map((name) => speciality(speech, name)).join(", ")}
          <br />
          {clinic.name}, {distance(speech, metres)}
          <br />
          <span class={nextFree.known === "free" ? "strong free" : ""}>{free}</span>
          {doctor.fee !== undefined && (
            <>
              <br />
              {t("find.feeOf", { money: speech.money(doctor.fee) })}
            </>
          )}
        </>
      }
    />
  );
}
