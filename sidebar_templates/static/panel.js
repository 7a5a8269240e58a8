/* The panel of a ticket: asked for once, painted, and looked at again only where something is under way. */
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
    ticket: null, token: meta("token"), seen: !document.hidden, active: true,
    turn: 0, busy: false, shown: false, read: 0, html: "", asked: 0, timer: 0, settling: 0,
    waits: new Set(), deeds: Promise.resolve(), stop: null,
  };

  const isAwake = () => now.seen && now.active;

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
      throw refused({ AbortError: "stopped", TimeoutError: "broken" }[error.name] || "network");
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
      return answer.status < 500 || answer.status === 502 ? refused("refused", told) : refused("broken");
    } catch {
      return refused("broken");
    }
  }

  const ticketPath = (rest = "") =>
    `/tickets/${encodeURIComponent(now.ticket)}${rest}?lang=${encodeURIComponent(page.lang)}`;

  /* Ask for the ticket's panel. An answer that a newer question has overtaken is dropped. */
  async function look() {
    rest();
    now.busy = true;
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
      if (turn === now.turn) calm();
    }
  }

  function rest() {
    clearTimeout(now.timer);
    now.timer = 0;
  }

  function calm() {
    now.busy = false;
    stage.removeAttribute("aria-busy");
  }

  function waiting() {
    const line = document.createElement("p");
    line.className = "asking";
    line.textContent = say("asking");
    stage.append(line);
    tell(line.textContent);
  }

  function open(ticket) {
    Object.assign(now, { ticket: String(ticket), asked: 0, shown: false, html: "", waits: new Set() });
    if (isAwake()) look();
  }

  /* Once more, by hand or by itself; only what is seen is asked for. */
  function again() {
    now.asked = 0;
    return look();
  }

  /* Seen again: look where that is too long ago, go on waiting where something was under way. */
  function refreshIfOld() {
    if (!now.ticket || !isAwake() || now.busy) return;
    if (!now.shown || Date.now() - now.read > STALE) again();
    else if (!now.timer) follow(stage.firstElementChild);
  }

  /* Something in the ticket has changed: look once it has come to rest. */
  function changed() {
    clearTimeout(now.settling);
    now.settling = setTimeout(() => {
      if (isAwake() && now.shown) again();
      else now.read = 0;
    }, SETTLES);
  }

  /* Nothing is asked while nobody looks. */
  function wake(how) {
    Object.assign(now, how);
    if (isAwake()) refreshIfOld();
    else rest();
  }

  // ------------------------------------------------------------------------------------------------- painting

  function paint(html) {
    for (const one of stage.querySelectorAll(".told")) one.remove();
    if (html !== now.html || stage.childElementCount !== 1) {
      const kept = keep();
      stage.innerHTML = html;
      restore(kept);
      now.html = html;
    }
    speak(stage.firstElementChild.lang);
    settle(stage.firstElementChild);
  }

  /* A panel stands here, painted by us or by the server. */
  function settle(panel) {
    now.read = Date.now();
    now.shown = true;
    Marginalia.painted();
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
    return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
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
    rest();
    const pauses = AGAIN[panel.dataset.unsettled];
    if (!pauses) return;
    const pause = pauses[now.asked];
    if (pause === undefined) {
      for (const one of panel.querySelectorAll(".longer")) one.hidden = false;
      return;
    }
    now.timer = setTimeout(() => {
      now.timer = 0;
      now.asked += 1;
      look();
    }, pause);
  }

  const wordsOf = (error) => error.text || say({ refused: "broken", signed_out: Marginalia.host.signedOut }[error.kind] || error.kind);

  /* Instead of a panel, or beside the one that is there: what is wrong, and a way on. */
  function failed(error) {
    const text = wordsOf(error);
    const box = state(text, error.kind !== "signed_out" && { text: say("again"), act: again });
    if (now.shown) {
      for (const one of stage.querySelectorAll(".asking, .beside")) one.remove();
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

  // ------------------------------------------------------------------------------------------------- around it

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-dirty]");
    if (form) mark(form);
  });
  document.addEventListener("visibilitychange", () => wake({ seen: !document.hidden }));

  return {
    now, stage, say, tell, refused, wordsOf, call, ticketPath, look, again, rest, calm, paint, settle,
    open, changed, wake, speak, show, skeleton,
    /* Set by whoever knows: what is around us, and what is done once a panel stands here. */
    host: null,
    painted() {},
  };
})();
