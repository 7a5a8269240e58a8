// The host's end of the app framework's protocol: JSON texts by postMessage. The app asks by {id, request, params} and
// gets {id, result} or {id, error}; it speaks by {key: "iframe.…"} and hears {key: "zaf.…"}. Nobody but the page in
// the app's frame, from the app's own origin and by the name that it was given, is listened to.
const SPOKEN = /^iframe\.(on|off|trigger|reply):(.+)$/;
const REPLY_SECONDS = 10;

export class Wire {
  #frame;
  #app;
  #answer;
  #welcome;
  #followed = new Set();
  #asked = new Map();

  // `answer(request, params)` gives a result or throws; `welcome()` is what a page hears that has just loaded.
  constructor(frame, app, { answer, welcome, followed }) {
    [this.#frame, this.#app, this.#answer, this.#welcome] = [frame, app, answer, welcome];
    this.onFollowed = followed;
    window.addEventListener("message", (event) => this.#receive(event));
  }

  // An event, for who follows it.
  fire(name, message) {
    if (this.#followed.has(name)) this.#post({ key: `zaf.${name}`, message });
  }

  // The page in the frame is about to go: it hears so, and nothing after.
  end() {
    this.fire("app.willDestroy");
    this.#followed.clear();
  }

  // An event that the app may object to: undefined, or what it has against it.
  ask(name) {
    if (!this.#followed.has(name)) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const late = () => resolve(`The app did not answer within ${REPLY_SECONDS} s`);
      const timer = setTimeout(late, REPLY_SECONDS * 1000);
      this.#asked.set(name, (error) => {
        clearTimeout(timer);
        resolve(error && String(error.msg ?? "The app refused"));
      });
      this.#post({ key: `zaf.${name}`, needsReply: true });
    });
  }

  #receive(event) {
    if (event.source !== this.#frame.contentWindow || event.origin !== this.#app.origin) return;
    const said = read(event.data);
    if (said?.appGuid !== this.#app.guid) return;
    if (said.request) this.#reply(said);
    else if (said.key === "iframe.handshake") this.#register();
    else this.#hear(String(said.key), said);
  }

  #register() {
    this.#followed.clear();
    this.#post({ key: "zaf.app.registered", message: this.#welcome() });
  }

  async #reply({ id, request, params }) {
    try {
      this.#post({ id, result: await this.#answer(request, params) });
    } catch (error) {
      this.#post({ id, error: { name: error.name, message: error.message } });
    }
  }

  #hear(key, { message, error }) {
    if (/^request:\d+$/.test(key)) return this.#refuse(key);
    const [, verb, name] = SPOKEN.exec(key) ?? [];
    if (verb === "on") this.#follow(name);
    if (verb === "off" && !(message?.subscriberCount > 0)) this.#followed.delete(name);
    if (verb === "trigger") this.fire(name, message);
    if (verb === "reply") this.#asked.get(name)?.(error);
  }

  #follow(name) {
    if (this.#followed.has(name)) return;
    this.#followed.add(name);
    this.onFollowed(name);
  }

  // client.request(): at the vendor the helpdesk makes the call. Here nobody does, and says so.
  #refuse(key) {
    const said = { status: 501, responseText: "The stand-in makes no requests for apps." };
    this.fire(`${key}.fail`, { responseArgs: [said] });
  }

  #post(message) {
    this.#frame.contentWindow?.postMessage(JSON.stringify(message), this.#app.origin);
  }
}

function read(data) {
  try {
    return typeof data === "string" ? JSON.parse(data) : data;
  } catch {
    return undefined;
  }
}
