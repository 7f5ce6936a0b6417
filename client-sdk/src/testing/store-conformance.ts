import type { Store } from "../stores/store.ts";
import { atomicScenarios } from "./conformance/atomic-scenarios.ts";
import { concurrentScenarios } from "./conformance/concurrent-scenarios.ts";
import { durableScenarios } from "./conformance/durable-scenarios.ts";
import { keyScenarios } from "./conformance/key-scenarios.ts";
import { rowScenarios } from "./conformance/row-scenarios.ts";
import { Bench, type Scenario, type TestFunctions } from "./conformance/scenario.ts";

export type { TestFunctions } from "./conformance/scenario.ts";

/** A kind of store, as the conformance suite needs to know it. */
export interface StoreUnderTest {
  /** What the reports call it. */
  readonly name: string;
  /** Opens a store. Places are text: the same place is the same data, a place not seen before is empty. */
  readonly open: (place: string) => Promise<Store>;
  /** Removes the data of a place after its test; every store on it is closed by then. */
  readonly remove?: (place: string) => Promise<void>;
  /** `one` where a place can only be open once at a time: scenarios with two tabs or processes are left out. By default `many`. */
  readonly handles?: "one" | "many";
}

/**
 * Checks a store against everything the `Store` contract promises. For whoever writes a store of their own.
 *
 * It brings no test runner: hand in those of yours. Of `expect` it uses nothing but `toEqual`.
 *
 * @example
 * ```ts
 * import { describe, expect, test } from "vitest";
 * import { storeConformance } from "@healthbridge/client-sdk/testing";
 *
 * storeConformance(
 *   { name: "my store", open: async (place) => myStore(`/tmp/${place}`) },
 *   { describe, test, expect },
 * );
 * ```
 */
export function storeConformance(subject: StoreUnderTest, functions: TestFunctions): void {
  const { describe, test, expect } = functions;
  const group = (title: string, scenarios: readonly Scenario[]): void => {
    describe(`${subject.name}: ${title}`, () => {
      for (const scenario of scenarios) {
        if (scenario.handles === "many" && subject.handles === "one") continue;
        test(scenario.statement, () => runScenario(subject, scenario, expect));
      }
    });
  };
  group("rows", rowScenarios);
  group("keys and ranges", keyScenarios);
  group("all or nothing", atomicScenarios);
  group("one after another", concurrentScenarios);
  group("kept", durableScenarios);
}

let places = 0;

async function runScenario(
  subject: StoreUnderTest,
  scenario: Scenario,
  expect: TestFunctions["expect"],
): Promise<void> {
  places += 1;
  const place = `conformance-${places}`;
  const bench = new Bench(() => subject.open(place), expect);
  try {
    await scenario.run(await bench.open(), bench);
  } finally {
    await bench.closeAll();
    await subject.remove?.(place);
  }
}
