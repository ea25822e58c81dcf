/** The service's own API, as any other client uses it. */

const KEY = "mayfly.key"; // of this tab: another one has its own

export const key = {
  value: () => sessionStorage.getItem(KEY) ?? "",
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

/** A refusal: what RFC 9457 calls a problem, or that nobody answered. */
export class Problem extends Error {
  constructor(title, { status = 0, detail = "", field = "", retryAfter = "" } = {}) {
    super(title);
    Object.assign(this, { title, status, detail, field, retryAfter });
  }
}

function headers(more) {
  return key.value() ? { ...more, Authorization: `Bearer ${key.value()}` } : more;
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, { ...options, credentials: "omit", cache: "no-store" });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Problem("The service does not answer", { detail: "It may be stopped, or the connection is interrupted." });
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Problem(problem.title ?? `The service answered with status ${answer.status}`,
    { status: answer.status, detail: problem.detail, field: problem.field, retryAfter: answer.headers.get("Retry-After") ?? "" });
}

export async function runtimes() {
  const answer = await ask("/v1/runtimes", { headers: headers({ Accept: "application/json" }) });
  return (await answer.json()).runtimes;
}

/** The first 200 of them, by name. */
export async function functions() {
  const answer = await ask("/v1/functions?limit=200", { headers: headers({ Accept: "application/json" }) });
  return (await answer.json()).functions;
}

const functionPath = (name) => `/v1/functions/${encodeURIComponent(name)}`;

export async function readFunction(name) {
  return (await ask(functionPath(name), { headers: headers({ Accept: "application/json" }) })).json();
}

/** Stores a function that is still of this digest, or, without one, is new. */
export async function storeFunction(name, definition, digest, check) {
  const condition = digest ? { "If-Match": `"${digest}"` } : { "If-None-Match": "*" };
  const answer = await ask(functionPath(name) + (check ? "?check=syntax" : ""), {
    method: "PUT",
    headers: headers({ Accept: "application/json", "Content-Type": "application/json", ...condition }),
    body: JSON.stringify(definition),
  });
  return answer.json();
}

/** Runs a submission; `on(event, data)` gets each event as it comes. Aborting `signal` ends the program. */
export async function run(submission, on, signal) {
  const answer = await ask("/v1/executions", {
    method: "POST",
    headers: headers({ Accept: "text/event-stream", "Content-Type": "application/json" }),
    body: JSON.stringify(submission),
    signal,
  });
  for await (const { event, data } of events(answer.body)) on(event, JSON.parse(data));
}

/** Server-sent events of a stream of bytes. */
async function* events(body) {
  let rest = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const blocks = (rest + next.value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = { event: "", data: "" };
      for (const line of block.split("\n")) {
        const colon = line.indexOf(":");
        const name = line.slice(0, colon);
        if (name in fields) fields[name] += line.slice(colon + 1).trim();
      }
      if (fields.event) yield fields;
    }
  }
}

/** Runs a submission at a terminal. Returns what sends input; `on` gets the events, and at last `closed`. */
export function interactive(submission, on) {
  const url = new URL("/v1/executions/interactive", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url, key.value() ? ["mayfly", `bearer.${key.value()}`] : ["mayfly"]);
  let opened = false;
  socket.addEventListener("open", () => {
    opened = true;
    socket.send(JSON.stringify(submission));
  });
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    on(message.event, message.data);
  });
  socket.addEventListener("close", () => on("closed", { opened }));
  const send = (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
  return {
    type: (stdin) => send({ stdin }),
    resize: (rows, cols) => send({ resize: { rows, cols } }),
    close: () => socket.close(),
  };
}

export function bytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** What an event of output carries, as text. */
export function text({ data, encoding }) {
  return encoding === "base64" ? new TextDecoder().decode(bytes(data)) : data;
}
