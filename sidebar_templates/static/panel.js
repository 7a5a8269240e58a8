/* The panel: asks for it once per ticket, does what is clicked once, and says what came of it. What is around it (the
   helpdesk's frame, or a tab) is a `host` with three ways: apply a macro, put a text into the answer, notify. */
"use strict";

const Marginalia = (() => {
  const SLOW = 3000, GIVES_UP = 20000, STALE = 60000, SETTLES = 2000;
  const AGAIN = { deeds: [1000, 2000, 4000], waiting: [1000, 2000, 4000, 8000] };
  const page = document.documentElement;
  const stage = document.getElementById("stage");
  const said = document.getElementById("said");
  const sayings = JSON.parse(document.getElementById("sayings").textContent);
  const meta = (name) => document.querySelector(`meta[name="marginalia-${name}"]`).content;
  const base = `/sidebar/${encodeURIComponent(meta("helpdesk"))}`;

  const now = {
    ticket: null, token: meta("token"), turn: 0, read: 0, awake: !document.hidden, shown: false,
    asked: 0, timer: 0, settling: 0, waits: new Set(), deeds: Promise.resolve(), stop: null,
  };
  let host = null;

  const say = (name) => sayings[sayings[page.lang] ? page.lang : "en"].texts[name];

  function speak(language) {
    const short = String(language || "").toLowerCase().split("-")[0];
    if (!sayings[short]) return;
    page.lang = short;
    page.dir = sayings[short].dir;
  }

  /* Said aloud, and again where it is the same once more. */
  function tell(text) {
    said.textContent = "";
    setTimeout(() => { said.textContent = text; }, 30);
  }

  // ------------------------------------------------------------------------------------------------- asking

  function refused(kind, text) {
    return Object.assign(new Error(text || kind), { kind, text });
  }

  async function send(path, options, token) {
    const stopped = options.signal ? AbortSignal.any([options.signal, AbortSignal.timeout(GIVES_UP)])
      : AbortSignal.timeout(GIVES_UP);
    const headers = { ...options.headers, Authorization: `Bearer ${token}` };
    try {
      return await fetch(base + path, { ...options, headers, signal: stopped, cache: "no-store", credentials: "omit" });
    } catch (error) {
      throw error.name === "AbortError" ? refused("stopped") : refused("network");
    }
  }

  async function renew() {
    const answer = await send("/token", { method: "POST" }, meta("renewal"));
    if (!answer.ok) throw refused(answer.status === 401 ? "signed_out" : "broken");
    now.token = (await answer.json()).token;
  }

  /* The answer of our own server; a token that has ended is renewed once. */
  async function call(path, options) {
    let answer = await send(path, options, now.token);
    if (answer.status === 401) {
      await renew();
      answer = await send(path, options, now.token);
    }
    if (answer.status === 401) throw refused("signed_out");
    now.token = answer.headers.get("Marginalia-Token") || now.token;
    if (answer.ok) return answer.text();
    throw await problem(answer);
  }

  async function problem(answer) {
    try {
      const told = (await answer.json()).detail;
      return refused(answer.status < 500 ? "refused" : "broken", told);
    } catch {
      return refused("broken");
    }
  }

  const ticketPath = (rest = "") =>
    `/tickets/${encodeURIComponent(now.ticket)}${rest}?lang=${encodeURIComponent(page.lang)}`;

  /* Ask for the ticket's panel. An answer that a newer question has overtaken is dropped. */
  async function look() {
    clearTimeout(now.timer);
    now.stop?.abort();
    now.stop = new AbortController();
    const turn = ++now.turn;
    const slow = setTimeout(() => turn === now.turn && waiting(), SLOW);
    stage.setAttribute("aria-busy", "true");
    try {
      const html = await call(ticketPath(), { signal: now.stop.signal });
      if (turn === now.turn) paint(html);
    } catch (error) {
      if (turn === now.turn && error.kind !== "stopped") failed(error);
    } finally {
      clearTimeout(slow);
      if (turn === now.turn) stage.removeAttribute("aria-busy");
    }
  }

  function waiting() {
    const line = document.createElement("p");
    line.className = "asking";
    line.textContent = say("asking");
    stage.append(line);
    tell(line.textContent);
  }

  function open(ticket) {
    Object.assign(now, { ticket: String(ticket), asked: 0, shown: false, waits: new Set() });
    if (now.awake) look();
  }

  /* Once more, by hand or by itself; only what is seen is asked for. */
  function again() {
    now.asked = 0;
    return look();
  }

  function refreshIfOld() {
    if (!now.ticket || !now.awake) return;
    const old = Date.now() - now.read > STALE;
    if (old || !now.shown || stage.querySelector("[data-unsettled]")) again();
  }

  /* Something in the ticket has changed: look once it has come to rest. */
  function changed() {
    clearTimeout(now.settling);
    now.settling = setTimeout(() => {
      if (now.awake && now.shown) again();
      else now.read = 0;
    }, SETTLES);
  }

  function wake(awake) {
    if (awake === now.awake) return;
    now.awake = awake;
    if (awake) refreshIfOld();
    else clearTimeout(now.timer);
  }

  // ------------------------------------------------------------------------------------------------- painting

  function paint(html) {
    const kept = keep();
    stage.innerHTML = html;
    const panel = stage.firstElementChild;
    speak(panel.lang);
    restore(kept);
    settle(panel);
  }

  /* A panel stands here, painted by us or by the server. */
  function settle(panel) {
    now.read = Date.now();
    now.shown = true;
    putWhatWasMade();
    follow(panel);
  }

  /* What the agent is in the middle of: where they are, what they have opened, what they have typed. */
  function keep() {
    const active = stage.contains(document.activeElement) ? document.activeElement : null;
    const typed = [...stage.querySelectorAll("input, textarea, select")].filter(isChanged);
    return {
      focus: active && nameOf(active),
      card: active?.closest("section")?.id,
      cursor: active?.selectionStart,
      open: [...stage.querySelectorAll("details[open][id]")].map((one) => one.id),
      typed: typed.map((one) => [one.id, one.value]),
    };
  }

  function isChanged(field) {
    if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
    return [...field.options].some((one) => one.selected !== one.defaultSelected)
      && !(field.selectedIndex === 0 && ![...field.options].some((one) => one.defaultSelected));
  }

  const nameOf = (one) => (one.id ? { id: one.id } : { deed: one.dataset.deed, about: one.closest("[data-about]")?.dataset.about });

  function find(name) {
    if (name.id) return document.getElementById(name.id);
    if (name.deed) return [...stage.querySelectorAll("[data-deed]")].find((one) => one.dataset.deed === name.deed);
    return name.about ? stage.querySelector(`[data-about="${CSS.escape(name.about)}"] button`) : null;
  }

  function restore(kept) {
    for (const id of kept.open) document.getElementById(id)?.setAttribute("open", "");
    for (const [id, value] of kept.typed) {
      const field = document.getElementById(id);
      if (field) field.value = value;
    }
    for (const form of stage.querySelectorAll("form[data-dirty]")) mark(form);
    if (!kept.focus) return;
    const there = find(kept.focus) || (kept.card && document.querySelector(`#${CSS.escape(kept.card)} [tabindex="-1"]`));
    there?.focus({ preventScroll: true });
    if (there && kept.cursor != null && there.id === kept.focus.id && there.setSelectionRange && there.type !== "url") {
      there.setSelectionRange(kept.cursor, kept.cursor);
    }
  }

  function mark(form) {
    form.classList.toggle("changed", [...form.elements].some((one) => one.name && isChanged(one)));
  }

  /* While something is under way, look again soon, a few times; then the panel says that it takes longer. */
  function follow(panel) {
    clearTimeout(now.timer);
    const pauses = AGAIN[panel.dataset.unsettled];
    if (!pauses) return;
    const pause = pauses[now.asked];
    if (pause === undefined) {
      for (const one of panel.querySelectorAll(".longer")) one.hidden = false;
      return;
    }
    now.timer = setTimeout(() => {
      if (!now.awake) return;
      now.asked += 1;
      look();
    }, pause);
  }

  /* Instead of a panel, or beside the one that is there: what is wrong, and a way on. */
  function failed(error) {
    const text = error.text || say(error.kind === "refused" ? "broken" : error.kind);
    const box = state(text, error.kind !== "signed_out" && { text: say("again"), act: again });
    if (now.shown) {
      stage.querySelector(".asking, .beside")?.remove();
      box.classList.add("beside");
      stage.prepend(box);
    } else {
      stage.replaceChildren(box);
    }
    tell(text);
  }

  function state(text, way) {
    const box = document.createElement("div");
    box.className = "panel state";
    const line = document.createElement("p");
    line.textContent = text;
    box.append(line);
    if (way) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = way.text;
      button.addEventListener("click", way.act, { once: true });
      box.append(button);
    }
    return box;
  }

  function show(name, act) {
    const text = say(name);
    stage.replaceChildren(state(text, act && { text: say("again"), act }));
    stage.removeAttribute("aria-busy");
    tell(text);
  }

  function skeleton() {
    stage.replaceChildren(...bones.cloneNode(true).childNodes);
    stage.setAttribute("aria-busy", "true");
  }
  const bones = stage.cloneNode(true);

  // ------------------------------------------------------------------------------------------------- deeds

  const aboutOf = (deed) => ({
    macro: `macro:${deed.macro}`, offer_taken: `offer:${deed.offer}`, offer_declined: `offer:${deed.offer}`,
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
    clearTimeout(now.timer);
    if (["coupon", "offer_taken", "video"].includes(deed.did)) now.waits.add(about);
    const headers = { "Content-Type": "application/json" };
    try {
      const html = await call(ticketPath("/deeds"), { method: "POST", headers, body: JSON.stringify(deed) });
      if (turn !== now.turn) return;
      now.asked = 0;
      for (const one of card.querySelectorAll("[name]")) if (one.closest("form[data-deed]")) forget(one);
      paint(html);
      announce(about);
    } catch (error) {
      now.waits.delete(about);
      if (ticket === now.ticket) complain(error, card);
    }
  }

  /* What was sent is typed no more: what the server shows stands. */
  function forget(field) {
    if (field.tagName === "SELECT") for (const one of field.options) one.defaultSelected = one.selected;
    else field.defaultValue = field.value;
  }

  function announce(about) {
    const line = stage.querySelector(`[data-outcome="${CSS.escape(about)}"]`);
    if (line && !now.quiet) tell(line.textContent.replace(/\s+/g, " ").trim());
  }

  function complain(error, card) {
    const unsure = error.kind === "network" ? say("unsure") : null;
    const text = unsure || error.text || say(error.kind === "refused" ? "broken" : error.kind);
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
      await host.put(text);
      tell(say(host.puts));
      host.notify(say(host.puts));
    } catch {
      tell(say(host.putsNot));
    }
  }

  async function macro(button, deed) {
    const card = button.closest("section"), unlock = lock(card);
    try {
      const text = button.closest("li").querySelector("[data-text]")?.textContent || "";
      await host.macro(deed.macro, text);
    } catch (error) {
      unlock();
      complain(refused("refused", say(host.macroNot)), card);
      if (error.kind === "gone") post({ did: "macro_gone", macro: deed.macro }, card);
      return;
    }
    unlock();
    await perform(deed, card);
    tell(say(host.macros));
  }

  function clicked(event) {
    const button = event.target.closest("button");
    if (!button || !stage.contains(button)) return;
    if (isLocked(button)) {
      event.preventDefault();
      const why = button.dataset.off && document.getElementById(button.dataset.off);
      tell(why ? why.textContent.trim() : say("locked"));
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
    if (isLocked(form.querySelector("button"))) return;
    perform({ ...JSON.parse(form.dataset.deed), ...typed }, form.closest("section"));
  }

  document.addEventListener("click", clicked);
  document.addEventListener("submit", submitted);
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-dirty]");
    if (form) mark(form);
  });
  document.addEventListener("visibilitychange", () => wake(!document.hidden));

  return {
    open, changed, wake, speak, show, skeleton, again, settle,
    serve(one) { host = one; },
    get ticket() { return now.ticket; },
    set ticket(one) { now.ticket = String(one); },
    get stage() { return stage; },
  };
})();
