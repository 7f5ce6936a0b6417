import { useState } from "preact/hooks";

/** Does one piece of work at a time. */
export type OneAtATime = (work: () => Promise<unknown>) => Promise<void>;

/** Asked again while it is at work it does nothing, so that a second tap asks for nothing twice; it can be asked anew whatever became of the work. */
export function oneAtATime(): OneAtATime {
  let busy = false;
  return async (work) => {
    if (busy) return;
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
    }
  };
}

/** The same for as long as a component is there. */
export function useOneAtATime(): OneAtATime {
  const [once] = useState(oneAtATime);
  return once;
}
