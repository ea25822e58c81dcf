/** The dialog of stored functions: opens one in the page, and stores the page's program as one. */

import * as api from "./api.js";
import { line } from "./args.js";
import { ask, byId, element } from "./dom.js";
import { MIB } from "./submission.js";
import { refusal } from "./words.js";

const OF_THE_PAGE = ["runtime", "code", "files", "entrypoint", "args", "stdin", "stdinEncoding", "limits"];

export class Functions {
  #page;
  #opened = null; // the function that the page has, as the service answered
  #list = byId("functions-list");

  /** `page.program()` is a submission of what the page has, `page.open(program)` shows one, `page.askKey()` asks for a key. */
  constructor(page) {
    this.#page = page;
    byId("functions").addEventListener("click", () => this.#show());
  }

  async #show() {
    byId("function-name").value = this.#opened?.name ?? "";
    this.#say("");
    this.#list.replaceChildren();
    const closed = ask(byId("functions-dialog"), () => {
      this.#answered(() => this.#store());
      return false;
    });
    await this.#answered(() => this.#offer());
    await closed;
  }

  #say(sentence) {
    byId("functions-said").textContent = sentence;
    byId("functions-said").hidden = sentence === "";
  }

  /** A refusal is said in the dialog; where a key is missing, it is asked for once. */
  async #answered(what, again = true) {
    try {
      await what();
    } catch (problem) {
      if (problem.status === 401 && again && await this.#page.askKey()) return this.#answered(what, false);
      this.#say(problem instanceof api.Problem ? refusal(problem) : problem.message);
    }
  }

  async #offer() {
    const functions = await api.functions();
    this.#list.replaceChildren(...functions.map(({ name, version, runtime, description }) => {
      const item = element("li");
      const choice = element("button", `${name}@${version}`, "quiet");
      choice.type = "button";
      choice.addEventListener("click", () => this.#answered(() => this.#open(name)));
      item.append(choice, element("span", [runtime, description].filter(Boolean).join(" · "), "hint"));
      return item;
    }));
    if (functions.length === 0) this.#list.append(element("li", "No function is stored yet.", "hint"));
  }

  async #open(name) {
    const found = await api.readFunction(name);
    this.#page.open(this.#shown(found.definition));
    this.#opened = found;
    byId("functions-dialog").close();
  }

  #shown({ runtime = "", code, files = [], entrypoint, args = [], stdin = "", stdinEncoding = "utf8", limits = {} }) {
    if (stdinEncoding !== "utf8" || files.some(({ encoding = "utf8" }) => encoding !== "utf8")) {
      throw new Error("This function has files or input that are not text; they cannot be edited here.");
    }
    const all = files.map(({ path, content }) => ({ path, content }));
    if (code !== undefined) all.unshift({ path: entrypoint ?? "", content: code });
    const first = all.findIndex(({ path }) => path === entrypoint);
    if (first > 0) all.unshift(...all.splice(first, 1));
    return { runtime, files: all, stdin, args: line(args), tty: false, wall: limits.wallTimeMs && limits.wallTimeMs / 1000, memory: limits.memoryBytes && limits.memoryBytes / MIB };
  }

  async #store() {
    const name = byId("function-name").value.trim();
    const before = this.#opened?.name === name ? this.#opened : null;
    this.#say("");
    try {
      this.#opened = await api.storeFunction(name, this.#definition(before), before?.digest ?? "", byId("function-check").checked);
    } catch (problem) {
      if (problem.status !== 412) throw problem;
      throw new Error(before ? `Somebody has changed ${name} meanwhile. Open it again to see how.` : `There is a function ${name} already. Open it to change it.`);
    }
    await this.#offer();
    const { version } = this.#opened;
    this.#say(before?.version === version ? `${name}@${version} says the same already.` : `${name}@${version} is stored.`);
  }

  /** What the page does not show stays as it is in the function. */
  #definition(before) {
    const { outputs: _, limits, ...program } = this.#page.program();
    const kept = Object.fromEntries(Object.entries(before?.definition ?? {}).filter(([field]) => !OF_THE_PAGE.includes(field)));
    const { wallTimeMs: _wall, memoryBytes: _memory, ...otherLimits } = before?.definition.limits ?? {};
    const definition = { ...kept, ...program };
    const all = { ...otherLimits, ...limits };
    if (Object.values(all).some((each) => each !== undefined)) definition.limits = all;
    return definition;
  }
}
