/** The program's files: a tab for each, of which one is edited. */

import { ask, byId, element } from "./dom.js";

export class Files {
  #editor;
  #files = [];
  #current = 0;
  #tabs = byId("tabs");
  #panel = byId("editor");

  constructor(editor) {
    this.#editor = editor;
    this.#tabs.addEventListener("keydown", (event) => this.#move(event));
    byId("add").addEventListener("click", () => this.#add());
    byId("rename").addEventListener("click", () => this.#rename());
    byId("remove").addEventListener("click", () => this.#remove());
  }

  /** The first one is where the program starts. */
  get content() {
    this.#keep();
    return this.#files.map(({ path, state }) => ({ path, content: state.doc.toString() }));
  }

  set content(files) {
    this.#files = files.map(({ path, content }) => ({ path, state: this.#editor.document(path, content) }));
    this.#open(0, false);
  }

  /** Calls the first file otherwise, as another language has it. */
  renameFirst(path) {
    this.#keep();
    if (this.#files.some((file) => file.path === path)) return;
    this.#files[0] = this.#called(this.#files[0], path);
    this.#open(this.#current, false);
  }

  #called(file, path) {
    return { path, state: this.#editor.document(path, file.state.doc.toString()) };
  }

  #keep() {
    if (this.#files.length > 0) this.#files[this.#current].state = this.#editor.shown;
  }

  #open(index, focusTab) {
    this.#current = index;
    this.#tabs.replaceChildren(...this.#files.map(({ path }, at) => {
      const tab = element("button", path);
      tab.type = "button";
      tab.id = `tab-${at}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", "editor");
      tab.setAttribute("aria-selected", String(at === index));
      tab.tabIndex = at === index ? 0 : -1;
      tab.addEventListener("click", () => this.#select(at, true));
      return tab;
    }));
    const selected = this.#tabs.children[index];
    this.#panel.setAttribute("aria-labelledby", selected.id);
    byId("remove").disabled = this.#files.length === 1;
    this.#editor.show(this.#files[index].state, this.#files[index].path);
    if (focusTab) selected.focus();
    selected.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #select(index, focusTab) {
    this.#keep();
    this.#open(index, focusTab);
  }

  #move(event) {
    const last = this.#files.length - 1;
    const to = { ArrowRight: this.#current === last ? 0 : this.#current + 1, ArrowLeft: this.#current === 0 ? last : this.#current - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#select(to, true);
  }

  /** Resolves to a path that no other file has, or to nothing. */
  async #name(title, first, own) {
    const value = byId("name-value");
    const wrong = byId("name-wrong");
    byId("name-title").textContent = title;
    value.value = first;
    wrong.hidden = true;
    const check = () => {
      const path = value.value.trim();
      const sentence = path === "" ? "A file needs a name."
        : path !== own && this.#files.some((file) => file.path === path) ? `There is a file ${path} already.` : "";
      wrong.textContent = sentence;
      wrong.hidden = sentence === "";
      return sentence === "";
    };
    const sent = ask(byId("name-dialog"), check);
    value.select();
    return (await sent) ? value.value.trim() : undefined;
  }

  async #add() {
    const path = await this.#name("Add a file", "", "");
    if (path === undefined) return;
    this.#keep();
    this.#files.push({ path, state: this.#editor.document(path, "") });
    this.#open(this.#files.length - 1, false);
    this.#editor.focus();
  }

  async #rename() {
    const file = this.#files[this.#current];
    const path = await this.#name(`Rename ${file.path}`, file.path, file.path);
    if (path === undefined || path === file.path) return;
    this.#keep();
    this.#files[this.#current] = this.#called(this.#files[this.#current], path);
    this.#open(this.#current, true);
  }

  #remove() {
    const { path, state } = this.#files[this.#current];
    if (this.#editor.shown.doc.length > 0 && state && !confirm(`Remove ${path}?`)) return;
    this.#files.splice(this.#current, 1);
    this.#open(Math.max(0, this.#current - 1), true);
  }
}
