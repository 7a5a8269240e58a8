/* What agents do in the panel: each click once, and what came of it said. What is around us (the helpdesk's frame, or a
   tab) is a `host` with three ways: apply a macro, put a text into the answer, notify. */
"use strict";

(() => {
  const { now, stage, say, tell, refused, wordsOf, call, ticketPath, look, again, rest, calm, paint } = Marginalia;

  const aboutOf = (deed) => ({
    macro: `macro:${deed.macro}`, offer_taken: `offer:${deed.offer}`, offer_declined: `offer:${deed.offer}`,
    dispute: `dispute:${deed.credit}`,
  })[deed.did] || deed.did;

  const isLocked = (button) => button?.getAttribute("aria-disabled") === "true";

  /* No second click while the first is under way: the whole card waits. */
  function lock(card) {
    const free = [...card.querySelectorAll("button")].filter((one) => !isLocked(one));
    free.forEach((one) => one.setAttribute("aria-disabled", "true"));
    card.setAttribute("aria-busy", "true");
    return () => {
      free.forEach((one) => one.removeAttribute("aria-disabled"));
      card.removeAttribute("aria-busy");
    };
  }

  /* One after the other, so that each answer shows all that was done before it. */
  function perform(deed, card) {
    const unlock = lock(card), ticket = now.ticket;
    card.querySelector(".problem.told")?.remove();
    now.deeds = now.deeds.then(() => (ticket === now.ticket ? post(deed, card) : null)).finally(unlock);
    return now.deeds;
  }

  async function post(deed, card) {
    const about = aboutOf(deed), ticket = now.ticket, turn = ++now.turn;
    rest();
    if (["coupon", "link", "offer_taken", "video"].includes(deed.did)) now.waits.add(about);
    const headers = { "Content-Type": "application/json" };
    try {
      const html = await call(ticketPath("/deeds"), { method: "POST", headers, body: JSON.stringify(deed) });
      if (ticket !== now.ticket) return;
      forget(card, deed);
      now.asked = 0;
      if (turn === now.turn) paint(html);
      else await look(); // what was asked meanwhile may not have seen this deed yet
      announce(about);
    } catch (error) {
      now.waits.delete(about);
      if (ticket === now.ticket) complain(error, card);
    } finally {
      if (turn === now.turn) calm();
    }
  }

  /* What was sent is typed no more: what the server shows stands. */
  function forget(card, deed) {
    for (const field of card.querySelectorAll("[name]")) {
      if (deed[field.name] !== field.value) continue;
      if (field.tagName !== "SELECT") field.defaultValue = field.value;
      else for (const one of field.options) one.defaultSelected = one.selected;
    }
  }

  function announce(about) {
    const line = stage.querySelector(`[data-outcome="${CSS.escape(about)}"]`);
    if (line) tell(line.textContent.replace(/\s+/g, " ").trim());
  }

  function complain(error, card) {
    const unsure = error.kind === "network" ? say("unsure") : null;
    const text = unsure || wordsOf(error);
    const line = document.createElement("p");
    line.className = "problem told";
    line.textContent = text;
    if (unsure) line.append(" ", lookAgain());
    (card.isConnected ? card : document.getElementById(card.id) || stage).append(line);
    tell(text);
  }

  function lookAgain() {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.again = "";
    button.textContent = say("look");
    return button;
  }

  /* What was made for a click in this page goes into the answer, once it is there. */
  function putWhatWasMade() {
    for (const about of [...now.waits]) {
      const made = stage.querySelector(`[data-about="${CSS.escape(about)}"]`);
      const state = stage.querySelector(`[data-outcome="${CSS.escape(about)}"]`)?.dataset.state;
      if (made) put(made.dataset.insert);
      if (made || state === "failed") now.waits.delete(about);
    }
  }

  async function put(text) {
    try {
      await Marginalia.host.put(text);
      tell(say(Marginalia.host.puts));
      Marginalia.host.notify(say(Marginalia.host.puts));
    } catch {
      tell(say(Marginalia.host.putsNot));
    }
  }

  async function macro(button, deed) {
    const card = button.closest("section"), unlock = lock(card);
    try {
      await Marginalia.host.macro(deed.macro, button.closest("li").querySelector("[data-text]")?.textContent || "");
    } catch (error) {
      unlock();
      const gone = error.kind === "gone";
      if (gone) await post({ did: "macro_gone", macro: deed.macro }, card);
      complain(refused("refused", say(gone ? "macro_gone" : Marginalia.host.macroNot)), card);
      return;
    }
    unlock();
    await perform(deed, card);
    if (!document.querySelector("#macros .told")) tell(say(Marginalia.host.macros));
  }

  /* Why this cannot be done: not here, or not a second time just now. */
  function refuse(button) {
    const why = button.dataset.off && document.getElementById(button.dataset.off);
    tell(why ? why.textContent.trim() : say("locked"));
  }

  function clicked(event) {
    const button = event.target.closest("button");
    if (!button || !stage.contains(button)) return;
    if (isLocked(button)) {
      event.preventDefault();
      refuse(button);
    } else if (button.dataset.deed) {
      const deed = JSON.parse(button.dataset.deed);
      if (deed.did === "macro") macro(button, deed);
      else perform(deed, button.closest("section"));
    } else if ("put" in button.dataset) {
      put(button.closest("[data-insert]").dataset.insert);
    } else if ("again" in button.dataset) {
      again();
    }
  }

  function submitted(event) {
    const form = event.target.closest("form[data-deed]");
    if (!form) return;
    event.preventDefault();
    const typed = Object.fromEntries(new FormData(form));
    const button = form.querySelector("button");
    if (isLocked(button)) refuse(button);
    else perform({ ...JSON.parse(form.dataset.deed), ...typed }, form.closest("section"));
  }

  /* Esc closes what was opened, and the keyboard is where it was before. */
  function closed(event) {
    const open = event.key === "Escape" && event.target.closest("details[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  }

  document.addEventListener("click", clicked);
  document.addEventListener("keydown", closed);
  document.addEventListener("submit", submitted);
  Marginalia.painted = putWhatWasMade;
})();
