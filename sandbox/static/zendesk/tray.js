// The tray: opens the app in its frame by a signed token, answers what it asks, and tells it what happens here.
import { OpenTicket, noSuch, plain } from "./ticket.js";
import { Wire } from "./wire.js";

const TOAST_SECONDS = 10;
const SCHEME = "sandbox.scheme";
const part = (id) => document.getElementById(id);
const told = JSON.parse(part("tray-told").textContent);
const frame = part("app-frame");
const ticket = new OpenTicket(told);
const dark = matchMedia("(prefers-color-scheme: dark)");

const wire = new Wire(frame, told.app, { answer, welcome, followed });

// ------------------------------------------------------------------------------------------------- what the app asks

const REQUESTS = {
  get: (params) => each(params, read),
  set: (params) => each(Object.keys(params), (path) => ticket.write(path, params[path])),
  invoke: (params) => each(Object.keys(params), (name) => invoke(name, params[name])),
};
const ACTIONS = {
  resize: ({ height } = {}) => resize(height),
  notify: (text, kind) => notify(text, kind),
  macro: (id) => applyMacro(id),
  "ticket.comment.appendText": (text) => ticket.append(text),
  "ticket.comment.appendHtml": (html) => ticket.append(plain(html)),
  "ticket.tags.add": (tags) => ticket.tag([tags].flat()),
  "ticket.tags.remove": (tags) => ticket.tag([], [tags].flat()),
};
const FIXED = {
  colorScheme: () => scheme(),
  currentLocation: () => told.app.location,
};

function answer(request, params) {
  if (!Object.hasOwn(REQUESTS, request)) throw new Error(`There is no request ${request}`);
  return REQUESTS[request](params);
}

// Every name by itself: one that goes wrong is told under `errors`, and the others have their results.
async function each(names, act) {
  const result = { errors: {} };
  for (const name of names) {
    try {
      result[name] = await act(name);
    } catch (error) {
      result.errors[name] = { name: error.name, message: error.message, path: error.path };
    }
  }
  return result;
}

function read(path) {
  return Object.hasOwn(FIXED, path) ? FIXED[path]() : ticket.read(path);
}

function invoke(name, given) {
  const action = name.startsWith("comment.") ? `ticket.${name}` : name;
  if (!Object.hasOwn(ACTIONS, action)) throw noSuch(name);
  return ACTIONS[action](...given);
}

// The width of a sidebar is the agent's affair; an app says how high it is.
function resize(height) {
  if (/^\d+(\.\d+)?(px)?$/.test(height)) frame.style.blockSize = `${parseFloat(height)}px`;
  else throw new Error(`${height} is no height in pixels`);
}

function notify(text, kind = "notice") {
  part("toast").dataset.kind = kind;
  part("toast").textContent = plain(String(text));
  clearTimeout(notify.timer);
  notify.timer = setTimeout(() => part("toast").replaceChildren(), TOAST_SECONDS * 1000);
}

async function applyMacro(id) {
  const found = await fetch(`/agent/macros/${encodeURIComponent(id)}`);
  if (!found.ok) throw new Error(`There is no macro ${id} for this agent`);
  ticket.apply((await found.json()).actions);
}

// ------------------------------------------------------------------------------------------------ what the app hears

function welcome() {
  const { id, installation, guid, product, location } = told.app;
  const context = { product, location, account: told.account, instanceGuid: guid, ticketId: told.ticket.id };
  return { context, metadata: { appId: id, installationId: installation, settings: {} } };
}

// A page that has just loaded is in view: whoever follows this hears it at once.
function followed(name) {
  if (name === "app.activated" && !frame.hidden) wire.fire(name);
}

let seen = ticket.seen();
let updated = stamp();

function stamp() {
  return document.querySelector("[data-updated]").dataset.updated;
}

function tellChanges() {
  const former = seen;
  seen = ticket.seen();
  for (const name of Object.keys(seen)) {
    if (JSON.stringify(seen[name]) !== JSON.stringify(former[name])) wire.fire(`${name}.changed`, seen[name]);
  }
}

function tellUpdate() {
  tellChanges();
  if (stamp() === updated) return;
  updated = stamp();
  wire.fire("ticket.updated");
}

document.addEventListener("input", tellChanges);
document.addEventListener("live", tellUpdate);
addEventListener("pagehide", () => wire.end());

// ------------------------------------------------------------------------------------------------------- submitting

let sending = false;

// Both of an agent's forms are one submit, as at the vendor; the page and the app in it stay.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.submit) return;
  event.preventDefault();
  if (!sending) sendOnce(form);
});

async function sendOnce(form) {
  sending = true;
  try {
    if (form.dataset.submit === "agent") await submit();
    else if (await send(form)) notify("It was not kept. Send it again.", "error");
  } catch (error) {
    notify(error.message, "error");
  } finally {
    sending = false;
    backTo(form);
  }
}

async function submit() {
  const refusal = await wire.ask("ticket.save");
  if (refusal !== undefined) return failed(refusal);
  wire.fire("ticket.submit.start");
  const composer = part("composer");
  const wanted = part("agent-text").value.trim() ? composer : part("properties");
  const problem = await send(wanted, new FormData(part("properties")));
  if (problem) return failed(problem);
  wire.fire("ticket.submit.done");
  wire.fire("ticket.submit.always");
}

function failed(why) {
  notify(why, "error");
  wire.fire("ticket.submit.fail");
  wire.fire("ticket.submit.always");
}

// Sends a form with what another one holds; undefined, or the problem that the page tells.
async function send(form, more = []) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of more) if (!body.has(name)) body.append(name, value);
  const got = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  if (!got.ok) return problemOf(await got.text());
  if (form.id !== "properties") form.reset();
  show(await got.text(), true);
  return undefined;
}

function problemOf(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  return page.querySelector(".problem")?.textContent ?? "It was not kept. Submit it again.";
}

// What was focused may have been drawn anew: the keyboard stays where it was.
function backTo(form) {
  if (document.activeElement === document.body) form.querySelector("button").focus();
}

// ---------------------------------------------------------------------------------------------- width, colours, view

function scheme() {
  return document.documentElement.dataset.scheme || (dark.matches ? "dark" : "light");
}

function paint(wanted) {
  const former = scheme();
  document.documentElement.dataset.scheme = wanted;
  localStorage.setItem(SCHEME, wanted);
  if (scheme() !== former) wire.fire("colorScheme.changed", scheme());
}

dark.addEventListener("change", () => {
  if (!part("scheme").value) wire.fire("colorScheme.changed", scheme());
});
part("scheme").value = document.documentElement.dataset.scheme = localStorage.getItem(SCHEME) ?? "";
part("scheme").addEventListener("change", (event) => paint(event.target.value));

function widen() {
  const field = part("tray-width");
  if (!field.checkValidity()) return;
  document.documentElement.style.setProperty("--tray", `${field.value}px`);
  document.querySelector(".tray [name=tray]").value = field.value;
}

part("tray-width").addEventListener("input", widen);
widen();

part("app-tab").addEventListener("click", (event) => {
  frame.hidden = !frame.hidden;
  event.currentTarget.setAttribute("aria-expanded", String(!frame.hidden));
  wire.fire(frame.hidden ? "app.deactivated" : "app.activated");
});

// --------------------------------------------------------------------------------------------------------- opening

function open() {
  const form = part("app-open");
  const address = new URL(form.action);
  address.searchParams.set("colorScheme", scheme());
  form.action = address;
  form.submit();
}

// With a token that is fresh, as at the vendor; the name of the app's instance stays the same.
part("app-again").addEventListener("click", async () => {
  wire.end();
  const got = await fetch(location.href);
  const page = new DOMParser().parseFromString(await got.text(), "text/html");
  part("app-open").elements.token.value = page.querySelector("#app-open [name=token]").value;
  open();
});

open();
