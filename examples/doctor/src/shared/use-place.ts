import { useEffect, useState } from "preact/hooks";
import { addressOf, type Place, placeOf } from "./route.ts";

/** Where in the app one is, by the page's address: so the way back, links and bookmarks work as everywhere. */
export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const look = (): void => setHash(location.hash);
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return placeOf(hash);
}

/** Goes to another place. */
export function goTo(place: Place): void {
  location.hash = addressOf(place);
}
