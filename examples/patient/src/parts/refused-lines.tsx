import type { Outcome } from "@healthbridge/client-sdk";
import { useEntity, useOutcomes } from "@healthbridge/client-sdk/react";
import { Banner } from "@healthbridge/example-design";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useDoctor } from "../app/use-doctor.ts";
import { hashOf } from "../logic/route.ts";
import { useWords } from "../words/words.ts";

const isRefusedLine = ({ type, status }: Outcome): boolean =>
  type === "message.send" && status === "rejected";

/** Lines of hers that the server did not take, until she has sent them again or taken them from the screen. */
export function useRefusedLines(): readonly Outcome[] {
  return useOutcomes(isRefusedLine).outcomes;
}

/** Says so outside of the conversation, to whoever has not looked there since. */
export function RefusedLines(): VNode {
  const conversations = new Set(useRefusedLines().map(({ input }) => String(input["conversation"])));
  return (
    <>
      {[...conversations].map((id) => (
        <RefusedIn key={id} conversation={id} />
      ))}
    </>
  );
}

function RefusedIn({ conversation }: { readonly conversation: EntityId }): VNode {
  const { t } = useWords();
  const { doctor } = useDoctor(useEntity("appointment", conversation)?.doctor);
  return (
    <Banner
      tone="trouble"
      urgent={false}
      actions={
        <a class="button" href={hashOf({ screen: "conversation", id: conversation })}>
          {t("home.see")}
        </a>
      }
    >
      {t("home.lineRefused", { doctor: doctor?.name ?? t("visit.doctor") })}
    </Banner>
  );
}
