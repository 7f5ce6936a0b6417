import { useEffect, useState } from "preact/hooks";
import { useLanguage } from "@healthbridge/example-design/shell";

/** Why something will probably not be possible, in words; they are fetched the first time they are needed. */
export function useReason(code: string | undefined): string | undefined {
  const { language } = useLanguage();
  const [reason, setReason] = useState<string>();
  useEffect(() => {
    if (code === undefined) return undefined;
    let over = false;
    import("@healthbridge/client-sdk/words").then(
      ({ describeReason }) => {
        if (!over) setReason(describeReason(code, language));
      },
      () => undefined, // the sentence does without
    );
    return () => {
      over = true;
    };
  }, [code, language]);
  return reason;
}
