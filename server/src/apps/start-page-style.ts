/** How the demo's first page looks, by day and by night. */
export const START_STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f7f5, #0d1412);
  --card: light-dark(#fff, #16201d);
  --ink: light-dark(#14201d, #e6eeeb);
  --soft: light-dark(#4d5d58, #a5b5b0);
  --line: light-dark(#d7e0dc, #2a3834);
  --accent: light-dark(#0b675c, #66d3c0);
  --focus: light-dark(#1454c4, #8ebbff);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 60rem; margin: 0 auto; padding: clamp(1.5rem, 6vh, 4rem) 1rem 3rem; }
h1 { margin: .75rem 0 .25rem; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em; }
.lead { margin: 0 0 1.75rem; max-width: 40rem; color: var(--soft); font-size: 1.0625rem; }
ul { margin: 0; padding: 0; list-style: none; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); }
li { position: relative; display: flex; flex-direction: column; padding: 1.25rem; border: 1px solid var(--line); border-radius: .875rem; background: var(--card); }
li:has(a:hover) { border-color: var(--accent); }
h2 { margin: 0; font-size: 1.25rem; }
h2 a { color: var(--accent); text-decoration: none; }
h2 a::after { content: ""; position: absolute; inset: 0 0 auto; height: 7.5rem; border-radius: .875rem; }
h2 a:hover { text-decoration: underline; }
li p { margin: .35rem 0 1rem; color: var(--soft); flex: 1; }
dl { margin: 0; padding-top: .75rem; border-top: 1px solid var(--line); display: grid; gap: .35rem; font-size: .9375rem; }
dl div { display: flex; flex-wrap: wrap; gap: 0 .5rem; }
dt { color: var(--soft); min-width: 5.5rem; }
dd { margin: 0; }
code { font: .875rem/1.5 ui-monospace, monospace; user-select: all; }
.more { margin: 1.75rem 0 .5rem; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }
.more a { color: var(--accent); padding: .6rem 0; }
.note { margin: 0; color: var(--soft); font-size: .9375rem; }
.none { padding: 2rem 1rem; border: 1px dashed var(--line); border-radius: .875rem; text-align: center; }
a:focus-visible { outline: 3px solid var(--focus); outline-offset: 3px; border-radius: .25rem; }
`;
