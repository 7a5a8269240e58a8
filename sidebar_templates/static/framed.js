/* The panel in the helpdesk's frame: which ticket it is, who is looking and in which colours comes from the host, by its
   own script (`ZAFClient`); macros and texts go back to it the same way. */
"use strict";

(() => {
  const PATIENCE = 5000, TALLEST = 2400;
  const page = document.documentElement;
  const knocks = [0, 800, 2400];
  let client = null, tries = 0, height = 0;

  const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });

  /* The host's script, once it is there; asked for anew where it did not come. */
  function script() {
    if (window.ZAFClient) return Promise.resolve();
    const old = document.getElementById("sdk");
    let tag = old;
    if (tries > 1) {
      tag = document.createElement("script");
      Object.assign(tag, { id: "sdk", src: old.src, nonce: old.nonce, async: true });
      old.replaceWith(tag);
    }
    return new Promise((done, fail) => {
      tag.addEventListener("load", done, { once: true });
      tag.addEventListener("error", fail, { once: true });
      if (window.ZAFClient) done();
    });
  }

  async function begin() {
    const mine = ++tries;
    if (mine > 1) Marginalia.skeleton();
    const late = wait(PATIENCE).then(() => { throw new Error("late"); });
    late.catch(() => {});
    try {
      await Promise.race([script(), late]);
    } catch {
      if (mine === tries) Marginalia.show("sdk", begin);
      return;
    }
    try {
      await Promise.race([greet(mine), late]);
    } catch (error) {
      if (mine !== tries || client) return;
      if (error.message === "outside") Marginalia.show("outside");
      else Marginalia.show("host", begin);
    }
  }

  /* The page may be here before the host listens: knock a few times. The first answer counts. */
  function greet(mine) {
    return new Promise((done, fail) => {
      for (const pause of knocks) {
        setTimeout(() => {
          if (client || mine !== tries) return;
          const one = window.ZAFClient.init();
          if (!one) {
            fail(new Error("outside"));
            return;
          }
          one.on("app.registered", () => registered(one).then(done, fail));
        }, pause);
      }
    });
  }

  async function registered(one) {
    if (client) return;
    client = one;
    try {
      await meet();
    } catch (error) {
      client = null;
      throw error;
    }
    listen();
  }

  /* The ticket and who is looking, in one call. */
  async function meet() {
    const told = await client.get(["ticket.id", "currentUser"]);
    const user = told.currentUser || {};
    if (told["ticket.id"] == null) throw new Error("no ticket");
    Marginalia.speak(user.locale);
    Marginalia.open(told["ticket.id"]);
  }

  function listen() {
    client.on("app.activated", () => Marginalia.wake({ active: true }));
    client.on("app.deactivated", () => Marginalia.wake({ active: false }));
    client.on("ticket.updated", Marginalia.changed);
    client.on("ticket.submit.done", Marginalia.changed);
    client.on("*.changed", (what) => {
      if (/^ticket\.(custom_field|requester|status)/.test((what && what.propertyName) || "")) Marginalia.changed();
    });
    client.on("colorScheme.changed", (told) => paintIn((told && told.colorScheme) || told));
    client.on("app.willDestroy", () => Marginalia.wake({ active: false }));
    new ResizeObserver(resize).observe(document.body);
  }

  function paintIn(scheme) {
    if (scheme === "light" || scheme === "dark") page.dataset.scheme = scheme;
  }

  function resize() {
    const wanted = Math.min(TALLEST, Math.ceil(document.body.getBoundingClientRect().height));
    if (wanted === height || !wanted) return;
    height = wanted;
    client.invoke("resize", { width: "100%", height: `${wanted}px` }).catch(() => {});
  }

  const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

  Marginalia.host = {
    puts: "inserted", putsNot: "not_inserted", macros: "macro_applied", macroNot: "macro_unsure", signedOut: "signed_out",
    put: (text) => client.invoke("ticket.comment.appendHtml", escaped(text))
      .catch(() => client.invoke("ticket.comment.appendText", text)),
    macro: (id) => client.invoke("macro", id).catch((error) => {
      const silent = error && error.name === "TimeoutError";
      throw Object.assign(new Error("the macro was not applied"), { kind: silent ? "silent" : "gone" });
    }),
    notify: (text) => { client.invoke("notify", text).catch(() => {}); },
  };
  begin();
})();
