// The open ticket as the page's forms hold it, under the names that apps use: reading sees what is not submitted yet,
// and writing fills the forms in as the agent's own hands would. Nothing is kept until the agent submits.
const VALUE = /^ticket\.customField:custom_field_(\d+)$/;
const KINDS = { publicReply: "reply", internalNote: "note" };

const part = (id) => document.getElementById(id);
const values = () => [...document.querySelectorAll("#properties select[id^=field_]")];
const words = (text) => text.split(/\s+/).filter(Boolean);
const list = (tags) => (Array.isArray(tags) ? tags : words(String(tags ?? "")));

export class OpenTicket {
  #told;

  constructor(told) {
    this.#told = told;
  }

  // The value under a name; an error for a name that there is none of.
  read(path) {
    const field = VALUE.exec(path);
    if (field) return held(`field_${field[1]}`, path);
    const found = path.split(".").reduce((from, name) => own(from, name, path), this.#whole());
    return found ?? null;
  }

  write(path, value) {
    const field = VALUE.exec(path);
    if (field) return choose(`field_${field[1]}`, value, path);
    const write = WRITERS[path.replace(/^ticket\.comment\./, "comment.")];
    if (!write) throw noSuch(path);
    write(value, path);
    return value;
  }

  append(text) {
    const field = part("agent-text");
    fill(field, field.value ? `${field.value}\n${text}` : text);
  }

  tag(added, removed = []) {
    const kept = words(part("tags").value).filter((one) => !removed.includes(one));
    fill(part("tags"), [...new Set([...kept, ...added])].join(" "));
  }

  // A macro's changes, one by one, in the forms.
  apply(actions) {
    for (const { field, value } of actions) {
      const own = /^custom_fields_(\d+)$/.exec(field);
      if (own) choose(`field_${own[1]}`, value, field);
      else this.#act(field, value);
    }
  }

  // What may change while the ticket is open, by the name of the event that tells it.
  seen() {
    const { status, priority, tags, assignee, comment } = this.#whole().ticket;
    const fixed = {
      "ticket.status": status,
      "ticket.priority": priority,
      "ticket.tags": tags,
      "ticket.assignee.user.id": assignee.user.id,
      "ticket.assignee.group.id": assignee.group.id,
      "comment.text": comment.text,
      "comment.type": comment.type,
    };
    for (const one of values()) fixed[`ticket.custom_${one.id}`] = one.value || null;
    return fixed;
  }

  #act(field, value) {
    const text = Array.isArray(value) ? value.at(-1) : String(value ?? "");
    if (field === "comment_value") this.append(text);
    if (field === "comment_value_html") this.append(plain(text));
    if (field === "comment_mode_is_public") setKind(text === "true" ? "publicReply" : "internalNote");
    if (field === "current_tags") this.tag(words(text));
    if (field === "remove_tags") this.tag([], words(text));
    if (field === "set_tags") fill(part("tags"), text);
    if (field === "assignee_id") choose(field, text === "current_user" ? this.#told.agent.id : text, field);
    if (["status", "priority", "group_id"].includes(field)) choose(field, text, field);
  }

  #whole() {
    const { agent, account, ticket } = this.#told;
    const comment = { text: part("agent-text").value, type: kind() };
    const assignee = { user: chosen("assignee_id"), group: chosen("group_id") };
    const open = {
      ...ticket,
      status: part("status").value,
      priority: part("priority").value || null,
      tags: words(part("tags").value),
      assignee,
      comment,
    };
    return { ticket: open, comment, currentUser: agent, currentAccount: account };
  }
}

const WRITERS = {
  "ticket.status": (value, path) => choose("status", value, path),
  "ticket.priority": (value, path) => choose("priority", value, path),
  "ticket.tags": (value) => fill(part("tags"), list(value).join(" ")),
  "comment.text": (value) => fill(part("agent-text"), String(value ?? "")),
  "comment.type": (value, path) => setKind(value, path),
};

// HTML as the plain text that this composer takes. The document that it is read in is never shown and runs nothing.
export function plain(html) {
  const read = new DOMParser().parseFromString(html, "text/html");
  for (const one of read.querySelectorAll("br")) one.replaceWith("\n");
  for (const one of read.querySelectorAll("p, div, li")) one.append("\n");
  return read.body.textContent.trim();
}

export function noSuch(path) {
  return Object.assign(new Error("No such Api"), { path });
}

function own(from, name, path) {
  if (from === null || typeof from !== "object" || !Object.hasOwn(from, name)) throw noSuch(path);
  return from[name];
}

function held(id, path) {
  if (!part(id)) throw noSuch(path);
  return part(id).value || null;
}

function choose(id, value, path) {
  const field = part(id);
  if (!field) throw noSuch(path);
  const wanted = String(value ?? "");
  if (![...field.options].some((one) => one.value === wanted)) throw new Error(`${wanted} is no choice of ${path}`);
  fill(field, wanted);
  return value;
}

function fill(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function kind() {
  const note = document.querySelector("#composer [name=kind][value=note]").checked;
  return note ? "internalNote" : "publicReply";
}

function setKind(value, path) {
  if (!Object.hasOwn(KINDS, value)) throw new Error(`${value} is no type of ${path}`);
  const field = document.querySelector(`#composer [name=kind][value=${KINDS[value]}]`);
  field.checked = true;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function chosen(id) {
  const option = part(id).selectedOptions[0];
  return option?.value ? { id: Number(option.value), name: option.textContent } : { id: null, name: null };
}
