// Shows what changed at the helpdesk without a reload: parts marked data-live are read again every two seconds,
// but never under somebody's hands. Without script, the pages work all the same.
"use strict";
const edited = new Set();
document.addEventListener("input", (event) => edited.add(event.target.closest("[data-live]")));

async function look() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.ok) show(await answer.text());
}

// The parts as this page has them. A form that was sent is nobody's any more: then all of them are taken.
function show(text, sent = false) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  if (sent) edited.clear();
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    const busy = !sent && (part.contains(document.activeElement) || edited.has(part));
    if (other && !busy && other.innerHTML !== part.innerHTML) part.innerHTML = other.innerHTML;
  }
  document.dispatchEvent(new CustomEvent("live"));
  return fresh;
}
if (document.querySelector("[data-live]")) setInterval(() => look().catch(() => {}), 2000);
