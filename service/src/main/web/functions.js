/** The dialog of stored functions: opens one in the page, and stores the page's program as one. */

import * as api from "./api.js";
import { line } from "./args.js";
import { ask, byId, element } from "./dom.js";
import { MIB } from "./submission.js";
import { refusal } from "./words.js";

const OF_THE_PAGE = ["runtime", "code", "files", "entrypoint", "args", "stdin", "stdinEncoding", "limits"];
const isText = (encoding) => encoding !== "base64";

export class Functions {
  #page;
  #opened = null; // the function that the page has, as the service answered, and what the page made of it
  #program = 0; // grows when the page gets another one
  #busy = 0;
  #list = byId("functions-list");

  /**
   * `page.program()` is a submission of what the page has, `page.content()` the same as text; `page.open(program)` shows
   * one and returns the id of its runtime; `page.mayReplace()` is whether that may be; `page.kept()` says that the program
   * is stored; `page.askKey()` asks for a key; `page.runtimeOf(name, path)` is the runtime of that name, or of such a file;
   * `page.nameOf(id)` is what a runtime is called.
   */
  constructor(page) {
    this.#page = page;
    byId("functions").addEventListener("click", () => this.#show());
  }

  /** The page has another program. */
  forget() {
    this.#opened = null;
    this.#program++;
  }

  async #show() {
    byId("function-name").value = this.#opened?.function.name ?? "";
    this.#say("");
    this.#list.replaceChildren();
    const closed = ask(byId("functions-dialog"), () => {
      this.#answered("Storing …", () => this.#store());
      return false;
    });
    await this.#answered("", () => this.#offer());
    await closed;
  }

  #say(sentence) {
    byId("functions-said").textContent = sentence;
    byId("functions-said").hidden = sentence === "";
  }

  /** One request at a time. A refusal is said in the dialog; where a key is missing, it is asked for once. */
  async #answered(sentence, what, again = true) {
    this.#say(sentence);
    this.#busy++;
    this.#disable();
    try {
      await what();
    } catch (problem) {
      if (problem.status === 401 && again && await this.#page.askKey()) return await this.#answered(sentence, what, false);
      this.#say(problem instanceof api.Problem ? refusal(problem) : problem.message);
    } finally {
      this.#busy--;
      this.#disable();
    }
  }

  #disable() {
    byId("functions-dialog").querySelectorAll("button:not([data-close])").forEach((button) => { button.disabled = this.#busy > 0; });
  }

  async #offer() {
    const functions = await api.functions();
    this.#list.replaceChildren(...functions.map(({ name, version, runtime, description }) => {
      const item = element("li");
      const choice = element("button", `${name}@${version}`, "quiet");
      choice.type = "button";
      choice.addEventListener("click", () => this.#answered("", () => this.#open(name)));
      item.append(choice, element("span", [runtime, description].filter(Boolean).join(" · "), "hint"));
      return item;
    }));
    if (functions.length === 0) this.#list.append(element("li", "No function is stored yet.", "hint"));
  }

  async #open(name) {
    const found = await api.readFunction(name);
    const program = this.#shown(found.definition);
    if (!byId("functions-dialog").open || !this.#page.mayReplace()) return;
    this.forget();
    this.#opened = { function: found, start: program.files[0].path, runtime: this.#page.open(program) };
    byId("functions-dialog").close();
  }

  #shown({ runtime, code, files = [], entrypoint, args = [], stdin = "", stdinEncoding, limits = {} }) {
    if (!isText(stdinEncoding) || files.some(({ encoding }) => !isText(encoding))) {
      throw new Error("This function has files or input that are not text; they cannot be edited here.");
    }
    const all = files.map(({ path, content }) => ({ path, content }));
    const mains = all.filter(({ path }) => /^main\.[^/]+$/.test(path));
    const only = all.length === 1 ? all[0] : mains.length === 1 ? mains[0] : undefined;
    const start = entrypoint ?? (code === undefined ? only?.path : undefined) ?? this.#page.runtimeOf(runtime, "")?.entrypoint ?? "main";
    if (code !== undefined) all.unshift({ path: start, content: code });
    const first = all.findIndex(({ path }) => path === start);
    if (first > 0) all.unshift(...all.splice(first, 1));
    return {
      runtime: this.#page.runtimeOf(runtime, start)?.id ?? runtime ?? "", files: all, stdin, args: line(args), tty: false,
      wall: limits.wallTimeMs && limits.wallTimeMs / 1000, memory: limits.memoryBytes && limits.memoryBytes / MIB,
    };
  }

  async #store() {
    const name = byId("function-name").value.trim();
    const before = this.#opened?.function.name === name ? this.#opened : null;
    const definition = this.#definition(before);
    const { runtime, files } = this.#page.program();
    const sent = { program: this.#program, content: this.#page.content() };
    let now;
    try {
      now = await api.storeFunction(name, definition, before?.function.digest ?? "", byId("function-check").checked);
    } catch (problem) {
      if (problem.status !== 412) throw problem;
      throw new Error(before ? `Somebody has changed ${name} meanwhile. Open it again to see how.` : `A function named ${name} already exists. Open it to change it.`);
    }
    if (this.#program === sent.program) this.#opened = { function: now, start: files[0].path, runtime };
    if (this.#page.content() === sent.content) this.#page.kept();
    await this.#offer();
    this.#say(before?.function.version === now.version ? `${name}@${now.version} is already stored with this content.` : `${name}@${now.version} is stored.`);
  }

  /** What the page does not show, and what nobody has changed in it, stays as it is in the function. */
  #definition(before) {
    const { outputs: _, limits, runtime, entrypoint, files, ...program } = this.#page.program();
    const old = before?.function.definition ?? {};
    const kept = Object.fromEntries(Object.entries(old).filter(([field]) => !OF_THE_PAGE.includes(field)));
    const definition = { ...kept, ...program };
    const ownRuntime = before?.runtime === runtime ? old.runtime : this.#page.nameOf(runtime);
    if (ownRuntime !== undefined) definition.runtime = ownRuntime;
    const samePaths = before && before.start === entrypoint && files.length === (old.files?.length ?? 0) + (old.code === undefined ? 0 : 1);
    if (!samePaths) definition.entrypoint = entrypoint;
    else if (old.entrypoint !== undefined) definition.entrypoint = old.entrypoint;
    if (samePaths && old.code !== undefined) definition.code = files.shift().content;
    if (files.length > 0) definition.files = samePaths ? inOrderOf(old.files, files) : files;
    const { wallTimeMs: _wall, memoryBytes: _memory, ...otherLimits } = old.limits ?? {};
    const all = { ...otherLimits, ...limits };
    if (Object.values(all).some((each) => each !== undefined)) definition.limits = all;
    return definition;
  }
}

/** The page shows the first one first. */
function inOrderOf(old = [], files) {
  const place = ({ path }) => old.findIndex((each) => each.path === path);
  const known = files.every((file) => place(file) >= 0);
  return known ? files.toSorted((one, other) => place(one) - place(other)).map((file) => ({ ...old[place(file)], ...file })) : files;
}
