import { type ClinicInBrief, searchClinicsAtServer } from "@healthbridge/client-sdk/schedule";
import { Banner, Button, Dialog, Icon, List, ListItem, TextField } from "@healthbridge/example-design";
import { useShell } from "@healthbridge/example-design/shell";
import { LocateFixed, MapPin, Search } from "lucide";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useMemories } from "../app/parts.ts";
import type { Place } from "../logic/near.ts";
import { useWords } from "../words/words.ts";

export interface PlaceDialogProps {
  readonly onPlace: (place: Place) => void;
  readonly onClose: () => void;
}

interface Found {
  readonly clinics: readonly ClinicInBrief[];
  readonly from: "server" | "phone";
}

const MOST = 12;
/** So many letters say enough to look by themselves, once she has stopped writing. */
const ENOUGH_LETTERS = 3;
const PAUSE_MS = 500;
/** A village is large enough: nobody needs to know the house. */
const ABOUT = { enableHighAccuracy: false, timeout: 15_000, maximumAge: 600_000 };

/** Says where she is: by the phone's position, or by a clinic nearby. */
export function PlaceDialog({ onPlace, onClose }: PlaceDialogProps): VNode {
  const { t } = useWords();
  const [failed, setFailed] = useState(false);
  const [locating, setLocating] = useState(false);
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);
  const locate = (): void => {
    setLocating(true);
    const give = (): void => {
      setLocating(false);
      setFailed(true);
    };
    if (!("geolocation" in navigator)) return give();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        // Meanwhile she may have chosen a place herself, or want none any more.
        if (!gone.current) onPlace({ lat: coords.latitude, lng: coords.longitude });
      },
      give,
      ABOUT,
    );
  };
  return (
    <Dialog title={t("find.choose")} closeLabel={t("app.close")} onClose={onClose}>
      <div class="stack">
        <p class="muted">{t("find.chooseMore")}</p>
        <Button kind="primary" icon={LocateFixed} busy={locating} wide onClick={locate}>
          {t("find.here")}
        </Button>
        {failed && <Banner tone="info">{t("find.hereFailed")}</Banner>}
        <ClinicSearch onPlace={onPlace} />
      </div>
    </Dialog>
  );
}

function ClinicSearch({ onPlace }: Pick<PlaceDialogProps, "onPlace">): VNode {
  const { t } = useWords();
  const [name, setName] = useState("");
  const { found, busy, search } = useClinicSearch();
  const look = useRef(search);
  look.current = search;
  useEffect(() => {
    if (name.trim().length < ENOUGH_LETTERS) return undefined;
    const timer = setTimeout(() => void look.current(name.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [name]);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") void search(name.trim());
      }}
    >
      <TextField
        label={t("find.place")}
        hint={t("find.placeHint")}
        type="search"
        icon={Search}
        maxLength={60}
        value={name}
        onValue={setName}
      />
      <Button type="submit" kind="plain" busy={busy}>
        {t("find.search")}
      </Button>
      <div role="status" class="stack tight">
        {found?.from === "phone" && <p class="muted small">{t("find.offlinePlaces")}</p>}
        {found?.clinics.length === 0 && <p>{t("find.noPlace")}</p>}
      </div>
      {found !== undefined && found.clinics.length > 0 && (
        <List label={t("find.place")}>
          {found.clinics.map(({ id, name: called, county, lat = 0, lng = 0 }) => (
            <ListItem
              key={id}
              before={<Icon of={MapPin} />}
              title={called}
              detail={county}
              onPress={() => onPlace({ lat, lng, name: called })}
            />
          ))}
        </List>
      )}
    </form>
  );
}

/** Clinics by a part of their name: at the server, and where that cannot be reached among those this phone remembers. */
function useClinicSearch(): {
  readonly found: Found | undefined;
  readonly busy: boolean;
  readonly search: (name: string) => Promise<void>;
} {
  const { hb, store, url } = useShell();
  const { found: remembered } = useMemories();
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<Found>();
  const asked = useRef("");
  const search = async (name: string): Promise<void> => {
    if (name === asked.current) return;
    asked.current = name;
    const note = (next: Found): void => {
      if (name !== asked.current) return; // she has written on
      asked.current = next.from === "server" ? name : "";
      setFound(next);
      setBusy(false);
    };
    setBusy(true);
    try {
      const clinics = await searchClinicsAtServer({ hb, store, url }, { name, limit: MOST });
      note({ clinics: clinics.filter(hasPlace), from: "server" });
    } catch {
      const known = new Map(remembered.map(({ clinic }) => [clinic.id, clinic]));
      const fits = (clinic: ClinicInBrief): boolean => clinic.name.toLowerCase().includes(name.toLowerCase());
      const clinics = [...known.values()].filter((each) => hasPlace(each) && fits(each));
      note({ clinics, from: "phone" });
    }
  };
  return { found, busy, search };
}

function hasPlace({ lat, lng }: ClinicInBrief): boolean {
  return lat !== undefined && lng !== undefined;
}
