/** How an inspector looks. A sheet that is made, not an element: a strict content security policy allows it. */
export const STYLE = `
:host {
  all: initial;
  color-scheme: light dark;
  --back: #ffffff; --raised: #f3f5f8; --line: #d3d9e2; --text: #17202b; --quiet: #52606f; --accent: #0b62c4;
  --good: #11683b; --good-back: #e0f4e8; --waits: #7a4a00; --waits-back: #fff0d1; --bad: #a3182a; --bad-back: #fde6e8;
  position: fixed; inset: auto 0 0 0; z-index: 2147483000;
  font: 14px/1.45 system-ui, sans-serif; color: var(--text);
}
@media (prefers-color-scheme: dark) {
  :host {
    --back: #151b23; --raised: #1f2731; --line: #37424f; --text: #e8edf3; --quiet: #a5b1be; --accent: #7db5ff;
    --good: #86e0aa; --good-back: #12351f; --waits: #ffd282; --waits-back: #3c2a08; --bad: #ffa3ac; --bad-back: #46141b;
  }
}
*, *::before, *::after { box-sizing: border-box; }
.panel {
  display: grid; grid-template-rows: auto auto minmax(0, 1fr);
  height: min(62vh, 40rem); height: min(62dvh, 40rem);
  background: var(--back); border-top: 1px solid var(--line); box-shadow: 0 -6px 28px rgb(0 0 0 / 0.22);
}
header { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1rem; padding: 0.25rem 0.75rem 0; }
h2 { margin: 0; font-size: 1rem; font-weight: 650; margin-inline-end: auto; }
[role="radiogroup"] { display: flex; align-items: center; gap: 0 0.75rem; }
.name { color: var(--quiet); font-size: 0.8125rem; }
label { display: inline-flex; align-items: center; gap: 0.375rem; min-height: 2.75rem; }
input[type="radio"] { margin: 0; inline-size: 1.125rem; block-size: 1.125rem; accent-color: var(--accent); }
.actions { display: flex; gap: 0.5rem; }
button, select, input[type="search"] {
  font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 0.375rem;
  min-height: 2.75rem; padding: 0 0.75rem; min-width: 2.75rem;
}
button { cursor: pointer; }
button:hover { border-color: var(--quiet); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.tabs { display: flex; overflow-x: auto; border-bottom: 1px solid var(--line); padding: 0 0.5rem; scrollbar-width: none; }
.tabs button {
  flex: none; background: none; border: 0; border-bottom: 3px solid transparent; border-radius: 0; color: var(--quiet);
}
.tabs button:focus-visible { outline-offset: -2px; }
.tabs button[aria-selected="true"] { color: var(--text); border-bottom-color: var(--accent); font-weight: 600; }
.count { font-variant-numeric: tabular-nums; color: var(--quiet); font-weight: 400; margin-inline-start: 0.25rem; }
.page { overflow: auto; overscroll-behavior: contain; padding: 0 0.75rem 0.75rem; }
.page:focus-visible { outline-offset: -2px; }
.tools { display: flex; flex-wrap: wrap; gap: 0.5rem; padding-top: 0.75rem; }
.tools label { flex: 1 1 8rem; flex-direction: column; align-items: stretch; gap: 0.25rem; color: var(--quiet); font-size: 0.8125rem; }
.tools :is(select, input) { color: var(--text); font-size: 0.875rem; width: 100%; }
.empty { margin: 2rem auto; max-width: 32rem; text-align: center; color: var(--quiet); }
.row { border-bottom: 1px solid var(--line); }
summary, .plain { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 0.75rem; align-items: center; padding: 0.5rem 0; min-height: 2.75rem; }
summary { cursor: pointer; list-style: none; padding-inline-start: 1.25rem; position: relative; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "\\25B8" / ""; position: absolute; inset-inline-start: 0.125rem; top: 0.5rem; color: var(--quiet); }
details[open] > summary::before { content: "\\25BE" / ""; }
.title { font-weight: 600; overflow-wrap: anywhere; }
.facts { grid-column: 1 / -1; color: var(--quiet); font-size: 0.8125rem; overflow-wrap: anywhere; }
.badge { border-radius: 1rem; padding: 0.125rem 0.625rem; font-size: 0.8125rem; white-space: nowrap; background: var(--raised); }
.badge.good { color: var(--good); background: var(--good-back); }
.badge.waits { color: var(--waits); background: var(--waits-back); }
.badge.bad { color: var(--bad); background: var(--bad-back); }
pre {
  margin: 0 0 0.75rem; padding: 0.75rem; background: var(--raised); border-radius: 0.375rem; overflow: auto; max-height: 20rem;
  font: 0.8125rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
}
@media (min-width: 60rem) {
  .page { padding-inline: 1.25rem; }
  header { padding-inline: 1.25rem; }
  .tabs { padding-inline: 0.75rem; }
  .plain { grid-template-columns: 18rem minmax(0, 1fr) auto; }
  .plain .facts { grid-column: 2; grid-row: 1; font-size: 0.875rem; color: var(--text); }
}
@media (max-width: 30rem) {
  .panel { height: 75vh; height: 75dvh; }
  header { gap: 0 0.75rem; }
  [role="radiogroup"] { order: 3; flex-basis: 100%; justify-content: space-between; }
  .name { display: none; }
}
`;
