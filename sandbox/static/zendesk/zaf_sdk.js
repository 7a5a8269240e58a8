// The client of the app framework for machines without internet: written anew, with the names and the wire protocol
// of the vendor's. An app loads it in its frame and speaks to the page around it.
"use strict";
(() => {
  const ANSWER_SECONDS = 5;

  class Client {
    #origin;
    #guid;
    #registered;
    #handlers = new Map();
    #pending = new Map();
    #unsent = [];
    #last = 0;

    constructor(origin, guid) {
      this.#origin = origin;
      this.#guid = guid;
      addEventListener("message", (event) => this.#receive(event));
      this.#send({ key: "iframe.handshake", message: { version: "2.0.0" } }, true);
    }

    on(name, handler, context) {
      if (typeof handler !== "function") return;
      const known = this.#handlers.get(name) ?? [];
      this.#handlers.set(name, [...known, context ? handler.bind(context) : handler]);
      if (name !== "app.registered") this.#count("on", name);
    }

    off(name, handler) {
      if (!this.#handlers.has(name)) return false;
      this.#handlers.set(name, this.#handlers.get(name).filter((one) => one !== handler));
      this.#count("off", name);
      return handler;
    }

    has(name, handler) {
      return (this.#handlers.get(name) ?? []).includes(handler);
    }

    get(path) {
      const paths = [path].flat();
      if (!paths.every((one) => typeof one === "string")) throw new Error("get takes a name or a list of names.");
      return this.#ask("get", paths, path);
    }

    set(name, value) {
      return this.#ask("set", typeof name === "string" ? { [name]: value } : name, name);
    }

    invoke(name, ...given) {
      return this.#ask("invoke", typeof name === "string" ? { [name]: given } : name, name);
    }

    trigger(name, message) {
      this.#send({ key: `iframe.trigger:${name}`, message });
    }

    metadata() {
      return this.#once("metadata");
    }

    context() {
      return this.#once("context");
    }

    #once(name) {
      if (this.#registered) return Promise.resolve(this.#registered[name]);
      return new Promise((resolve) => this.on("app.registered", (said) => resolve(said[name])));
    }

    #count(verb, name) {
      const message = { subscriberCount: this.#handlers.get(name).length };
      this.#send({ key: `iframe.${verb}:${name}`, message });
    }

    // A single name that went wrong is an error; of several, each has its own under `errors`.
    async #ask(request, params, asked) {
      const result = await this.#answer(request, params);
      const error = typeof asked === "string" && result.errors?.[asked];
      if (error) throw made(error);
      return result;
    }

    #answer(request, params) {
      const id = ++this.#last;
      return new Promise((resolve, reject) => {
        const late = () => reject(new Error(`Nobody answered ${request} within ${ANSWER_SECONDS} s`));
        const timer = setTimeout(late, ANSWER_SECONDS * 1000);
        this.#pending.set(id, { resolve, reject, timer });
        this.#send({ id, request, params });
      });
    }

    #send(message, atOnce = false) {
      if (!atOnce && !this.#registered) return this.#unsent.push(message);
      const whole = { ...message, appGuid: this.#guid, instanceGuid: this.#guid };
      return parent.postMessage(JSON.stringify(whole), this.#origin);
    }

    #receive(event) {
      if (event.source !== parent || event.origin !== this.#origin) return;
      const said = read(event.data);
      if (this.#pending.has(said.id)) this.#finish(said);
      else if (String(said.key).startsWith("zaf.")) this.#hear(said.key.slice("zaf.".length), said);
    }

    #finish({ id, result, error }) {
      const { resolve, reject, timer } = this.#pending.get(id);
      clearTimeout(timer);
      this.#pending.delete(id);
      if (error) reject(made(error));
      else resolve(result);
    }

    #hear(name, { message, needsReply }) {
      if (name === "app.registered") this.#register(message);
      const handlers = this.#handlers.get(name) ?? [];
      if (needsReply) this.#reply(name, handlers);
      else for (const one of handlers) one(message);
    }

    #register(message) {
      this.#registered = message;
      for (const one of this.#unsent.splice(0)) this.#send(one);
    }

    // A handler objects by false, by a text, by an error, or by a promise that fails.
    async #reply(name, handlers) {
      const key = `iframe.reply:${name}`;
      try {
        for (const said of await Promise.all(handlers.map((one) => one()))) {
          if (said === false || typeof said === "string" || said instanceof Error) throw said;
        }
        this.#send({ key });
      } catch (reason) {
        this.#send({ key, error: { msg: reason instanceof Error ? reason.message : reason } });
      }
    }
  }

  function made({ name, message, path }) {
    const text = path ? `"${path}" ${message}` : message;
    return Object.assign(new Error(text), { name: name ?? "Error" });
  }

  function read(data) {
    try {
      return (typeof data === "string" ? JSON.parse(data) : data) ?? {};
    } catch {
      return {};
    }
  }

  // A client for the page around this one, which names itself in the address; false where nobody does.
  function init(callback) {
    const asked = [location.search, location.hash].map((text) => new URLSearchParams(text.slice(1)));
    const [origin, guid] = ["origin", "app_guid"].map((name) => asked[0].get(name) || asked[1].get(name));
    if (!origin || !guid) return false;
    const client = new Client(origin, guid);
    if (typeof callback === "function") client.on("app.registered", callback.bind(client));
    return client;
  }

  window.ZAFClient = { init };
})();
