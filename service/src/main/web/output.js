/** What a run shows: its state and outcome, its streams, its figures. All of it is text or an image, whatever it contains. */

import { text } from "./api.js";
import { byId, element } from "./dom.js";
import { facts, mood, SEPARATOR, sentence, size } from "./words.js";

const IMAGES = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", svg: "image/svg+xml" };

/** Of which files a run brings back. */
export const FIGURES = Object.keys(IMAGES).flatMap((extension) => [`*.${extension}`, `**/*.${extension}`]);

const STREAMS = { compiler: "Compiler", stdout: "Output", stderr: "Error output" };

export class Output {
  #outcome = byId("outcome");
  #status = byId("status");
  #facts = byId("facts");
  #streams = byId("streams");
  #figures = byId("figures");

  clear() {
    this.#streams.replaceChildren();
    this.#figures.replaceChildren();
    this.#figures.hidden = true;
    this.#facts.hidden = true;
  }

  /** @param state idle, running, good, bad, ours or refused */
  say(state, sentence, facts = "") {
    this.#outcome.dataset.state = state;
    this.#status.textContent = sentence;
    this.#facts.replaceChildren(...facts.split(SEPARATOR).flatMap((fact, at) => (at === 0 ? [] : [SEPARATOR]).concat(element("span", fact))));
    this.#facts.hidden = facts === "";
  }

  write(stream, event) {
    this.append(stream, text(event));
  }

  append(stream, more) {
    if (more === "") return;
    const shown = this.#stream(stream);
    const follows = shown.scrollTop + shown.clientHeight >= shown.scrollHeight - 4;
    if (shown.lastChild) shown.lastChild.appendData(more);
    else shown.append(more);
    if (follows) shown.scrollTop = shown.scrollHeight;
  }

  /** There once something was written to it; in a fixed order. */
  #stream(name) {
    const there = byId(`stream-${name}`);
    if (there) return there;
    const section = element("section", "", `stream ${name}`);
    const title = element("h2", STREAMS[name]);
    title.id = `title-${name}`;
    const shown = element("pre");
    shown.id = `stream-${name}`;
    shown.tabIndex = 0; // so that the keyboard scrolls it
    shown.setAttribute("role", "region");
    shown.setAttribute("aria-labelledby", title.id);
    section.append(title, shown);
    const order = Object.keys(STREAMS);
    const next = order.slice(order.indexOf(name) + 1).map((later) => byId(`stream-${later}`)).find((found) => found);
    this.#streams.insertBefore(section, next ? next.parentElement : null);
    return shown;
  }

  ended(result) {
    this.say(mood(result.outcome), sentence(result), facts(result));
    const skipped = (result.filesSkipped ?? []).map(({ path, reason }) => element("p", `${path} was not brought back: ${reason}.`, "hint"));
    const figures = (result.files ?? []).map((file) => figure(file));
    this.#figures.replaceChildren(...figures, ...skipped);
    this.#figures.hidden = figures.length + skipped.length === 0;
  }
}

/** As an image, in which no script runs. */
function figure({ path, encoding, content, sizeBytes }) {
  const type = IMAGES[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
  const made = document.createElement("figure");
  const caption = element("figcaption", `${path}, ${size(sizeBytes)}`);
  const image = document.createElement("img");
  image.alt = `The file ${path} that the program wrote`;
  image.addEventListener("error", () => image.replaceWith(element("p", `${path} cannot be shown as an image.`, "hint")));
  image.src = encoding === "base64" ? `data:${type};base64,${content}` : `data:${type};charset=utf-8,${encodeURIComponent(content)}`;
  made.append(image, caption);
  return made;
}
