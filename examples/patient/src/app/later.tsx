import { Busy } from "@healthbridge/example-design";
import { openAgain } from "@healthbridge/example-design/shell";
import { type ComponentChildren, type ComponentType, h } from "preact";
import { useEffect, useState } from "preact/hooks";
import { NotHere } from "../parts/not-here.tsx";
import { useWords } from "../words/words.ts";

export interface LaterProps<P> {
  /** fetches the screen; the same function each time */
  readonly load: () => Promise<ComponentType<P>>;
  readonly props: P;
}

/** A screen that is fetched when somebody goes there. */
export function Later<P extends object>({ load, props }: LaterProps<P>): ComponentChildren {
  const { t } = useWords();
  const [screen, setScreen] = useState<{ readonly it?: ComponentType<P>; readonly failed?: true }>({});
  const [tries, setTries] = useState(0);
  useEffect(() => {
    (tries === 0 ? load() : openAgain(load)).then(
      (it) => setScreen({ it }),
      () => setScreen({ failed: true }),
    );
  }, [load, tries]);
  if (screen.failed) return <NotHere onAgain={() => setTries(tries + 1)} />;
  return screen.it === undefined ? <Busy page label={t("app.loading")} /> : h(screen.it, props);
}
