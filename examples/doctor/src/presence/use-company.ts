import { useObservable, useStatus } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useDesk } from "../shared/desk-context.ts";
import { ALONE, type Company, companyAt, heardOf, lasts, SAY_HERE_MS, SAY_TYPING_MS } from "./company.ts";
import { type LinePlace, placeOfLine, reachesServer } from "./line-place.ts";

/** Who else is in a conversation, as far as that is known. */
export interface CompanyHere {
  readonly company: Company;
  /** where it is not `here` nobody knows here who is there, and nobody sees this one */
  readonly line: LinePlace;
  /** to be called while somebody types here */
  readonly types: () => void;
}

/** Says that this conversation is on the screen, as long as it is and the page is seen; and hears who else is there. */
export function useCompany(conversation: EntityId): CompanyHere {
  const { line } = useDesk();
  const state = useObservable(line.state);
  const reaches = useStatus(reachesServer);
  const [company, setCompany] = useState<Company>(ALONE);
  const said = useRef(0);
  useEffect(() => {
    if (state !== "live") return undefined;
    const here = (): void => line.present(conversation, document.visibilityState === "visible");
    here();
    const again = setInterval(here, SAY_HERE_MS);
    document.addEventListener("visibilitychange", here);
    const stop = line.onWhisper((whisper) => {
      if (whisper.conversation === conversation) setCompany((before) => heardOf(before, whisper, Date.now()));
    });
    return () => {
      stop();
      clearInterval(again);
      document.removeEventListener("visibilitychange", here);
      line.present(conversation, false);
      // Another conversation, or another line, knows nothing of who was here.
      setCompany(ALONE);
    };
  }, [line, state, conversation]);
  useEffect(() => {
    const ms = lasts(company, Date.now());
    if (ms === undefined) return undefined;
    const timer = setTimeout(() => setCompany((before) => companyAt(before, Date.now())), ms);
    return () => clearTimeout(timer);
  }, [company]);
  const types = useCallback(() => {
    const now = Date.now();
    if (now - said.current < SAY_TYPING_MS) return;
    said.current = now;
    line.typing(conversation);
  }, [line, conversation]);
  return { company, line: placeOfLine(state, reaches), types };
}
