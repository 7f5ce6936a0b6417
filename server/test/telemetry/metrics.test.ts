import { describe, expect, test } from "vitest";
import type { Timers } from "../../src/adapters/timers.ts";
import { watchEventLoop } from "../../src/telemetry/event-loop-delay.ts";
import { Counter, Gauge, Histogram, NO_LABELS } from "../../src/telemetry/metrics.ts";
import { ServerMetrics } from "../../src/telemetry/server-metrics.ts";

describe("a metric in the text format", () => {
  test("a counter has a line for each set of labels, with their values escaped", () => {
    const counter = new Counter<{ a: string; b: string }>({ name: "x_total", help: "What is counted." });
    counter.add({ a: "1", b: "" });
    counter.add({ a: "1", b: "" }, 2);
    counter.add({ a: 'quote " slash \\ line\n', b: "é" }, 0.5);
    expect(counter.lines()).toEqual([
      "# HELP x_total What is counted.",
      "# TYPE x_total counter",
      'x_total{a="1",b=""} 3',
      'x_total{a="quote \\" slash \\\\ line\\n",b="é"} 0.5',
    ]);
  });

  test("a gauge is what it is when somebody asks", () => {
    let value = 1;
    const gauge = new Gauge({ name: "x", help: "Now." }, () => value);
    value = 7;
    expect(gauge.lines()).toEqual(["# HELP x Now.", "# TYPE x gauge", "x 7"]);
  });

  test("a histogram counts what is not above each bound, and all of it", () => {
    const histogram = new Histogram<{ a: string }>({ name: "x_seconds", help: "How long." }, [0.1, 1]);
    for (const seconds of [0.05, 0.1, 0.5, 60]) histogram.observe({ a: "1" }, seconds);
    expect(histogram.lines().slice(1)).toEqual([
      "# TYPE x_seconds histogram",
      'x_seconds_bucket{a="1",le="0.1"} 2',
      'x_seconds_bucket{a="1",le="1"} 3',
      'x_seconds_bucket{a="1",le="+Inf"} 4',
      'x_seconds_sum{a="1"} 60.65',
      'x_seconds_count{a="1"} 4',
    ]);
    const plain = new Histogram<typeof NO_LABELS>({ name: "y", help: "Plain." }, [1]);
    plain.observe(NO_LABELS, 1);
    expect(plain.lines().slice(2)).toEqual([
      'y_bucket{le="1"} 1',
      'y_bucket{le="+Inf"} 1',
      "y_sum 1",
      "y_count 1",
    ]);
  });
});

describe("labels of the server's metrics", () => {
  test("come from closed sets, whatever a device or a stranger sends", () => {
    const metrics = new ServerMetrics();
    metrics.operationsDecided([
      { type: "appointment.book", code: undefined },
      { type: "constructor", code: undefined },
      { type: "drop.table.7", code: "unsupported" },
      { type: "appointment.book", code: "of_a_later_version" },
    ]);
    metrics.requestAnswered({ method: "PROPFIND", route: "(none)", status: 404, ms: 3 });
    const text = metrics.text();
    expect(text).toContain(
      'healthbridge_operations_total{type="appointment.book",outcome="applied",code=""} 1',
    );
    expect(text).toContain('healthbridge_operations_total{type="(other)",outcome="applied",code=""} 1');
    expect(text).toContain(
      'healthbridge_operations_total{type="(other)",outcome="rejected",code="unsupported"} 1',
    );
    expect(text).toContain('{type="appointment.book",outcome="rejected",code="(other)"} 1');
    expect(text).toContain('{method="(other)",route="(none)",status="4xx",le="0.005"} 1');
    expect(text).not.toMatch(/constructor|drop|PROPFIND|later_version/);
  });

  test("jobs count what they did, and that they failed", () => {
    const metrics = new ServerMetrics();
    metrics.jobRan("clear devices", 250, { cleared: 3 });
    metrics.jobRan("clear devices", 750, { cleared: 4 });
    metrics.jobRan("clear devices", 0, undefined);
    const text = metrics.text();
    expect(text).toContain('healthbridge_job_items_total{job="clear devices",what="cleared"} 7');
    expect(text).toContain('healthbridge_job_runs_total{job="clear devices",result="done"} 2');
    expect(text).toContain('healthbridge_job_runs_total{job="clear devices",result="failed"} 1');
    expect(text).toContain('healthbridge_job_seconds_total{job="clear devices"} 1\n');
  });
});

test("the event loop is late by as much as a timer is, until it is watched no longer", () => {
  let now = 0;
  let due: (() => void) | undefined;
  const timers: Pick<Timers, "after"> = {
    after: (_ms, action) => {
      due = action;
      return () => {
        due = undefined;
      };
    },
  };
  const late: number[] = [];
  const stop = watchEventLoop((ms) => late.push(ms), {
    clock: { now: () => 0, monotonic: () => now },
    timers,
  });
  for (const passed of [100, 350, 99]) {
    now += passed;
    due?.();
  }
  expect(late).toEqual([0, 250, 0]);
  stop();
  expect(due).toBeUndefined();
});
