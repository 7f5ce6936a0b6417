/** How the page of caught messages looks, by day and by night. */
export const NOTICES_STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f5, #14181a);
  --card: light-dark(#fff, #1e2528);
  --ink: light-dark(#1c2426, #e8edec);
  --soft: light-dark(#566266, #a3b0b2);
  --line: light-dark(#d9dfdc, #343e42);
  --accent: light-dark(#0a6a5a, #5fd0b8);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; line-height: 1.2; }
.lead { margin: 0 0 1rem; color: var(--soft); }
.bar { display: flex; gap: 1rem; align-items: center; justify-content: space-between; min-height: 2.75rem; margin-bottom: .5rem; }
.bar p { margin: 0; color: var(--soft); }
button { min-height: 2.75rem; padding: 0 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: inherit; font: inherit; cursor: pointer; }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ol { margin: 0; padding: 0; list-style: none; display: grid; gap: .75rem; }
article { padding: .9rem 1rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); }
article header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; color: var(--soft); font-size: .875rem; }
.channel { padding: 0 .55rem; border: 1px solid var(--accent); border-radius: 1rem; color: var(--accent); font-weight: 600; }
time { margin-left: auto; font-variant-numeric: tabular-nums; }
h2 { margin: .6rem 0 0; font-size: 1rem; }
article > p { margin: .35rem 0 0; overflow-wrap: anywhere; }
.empty { padding: 2.5rem 1rem; border: 1px dashed var(--line); border-radius: .75rem; color: var(--soft); text-align: center; }
`;

/** Looks for new messages while somebody looks at the page and has not paused it, and says how many came. Without it the page is as good as its last load. */
export const NOTICES_SCRIPT = `const messages = document.getElementById("messages");
const news = document.getElementById("news");
const pause = document.getElementById("pause");
let paused = false;
pause.hidden = false;
pause.addEventListener("click", () => {
  paused = !paused;
  pause.textContent = paused ? "Go on with updates" : "Pause updates";
});
const count = (place) => place.querySelectorAll("li").length;
setInterval(async () => {
  if (paused || document.hidden) return;
  const answer = await fetch(location.href).catch(() => undefined);
  if (!answer?.ok) { news.textContent = "The server does not answer; trying again."; return; }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("messages");
  if (fresh.innerHTML === messages.innerHTML) { if (news.textContent.startsWith("The server")) news.textContent = ""; return; }
  const more = count(fresh) - count(messages);
  messages.replaceChildren(...fresh.childNodes);
  news.textContent = more === 1 ? "1 new message." : more > 1 ? more + " new messages." : "Updated.";
}, 4000);
`;
