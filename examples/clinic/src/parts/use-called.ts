import type { EntityId } from "@healthbridge/schema/client";
import { useCallback, useEffect, useState } from "preact/hooks";
import { type Called, withCalled } from "../logic/board.ts";
import { readTexts } from "./kept-texts.ts";

/** Where it is kept: numbers of appointments and nothing about anybody, for the desk's window and the waiting room's. */
const KEY = "healthbridge-clinic-called";

/** Who was called to the room, by doctor, in every window of this device. */
export function useCalled(): readonly [Called, (doctor: EntityId, appointment: EntityId) => void] {
  const [called, setCalled] = useState<Called>(read);
  useEffect(() => {
    const listen = ({ key }: StorageEvent): void => {
      if (key === KEY) setCalled(read());
    };
    addEventListener("storage", listen);
    return () => removeEventListener("storage", listen);
  }, []);
  const call = useCallback((doctor: EntityId, appointment: EntityId) => {
    keep(withCalled(read(), doctor, appointment));
    // The browser tells the other windows alone.
    dispatchEvent(new StorageEvent("storage", { key: KEY }));
  }, []);
  return [called, call];
}

/** The appointments of a doctor in one text: in their ids is no space. */
function read(): Called {
  return Object.fromEntries(
    Object.entries(readTexts(KEY)).map(([doctor, calls]) => [doctor, calls.split(" ")]),
  );
}

function keep(called: Called): void {
  const texts = Object.entries(called).map(([doctor, calls]) => [doctor, calls.join(" ")]);
  localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(texts)));
}
