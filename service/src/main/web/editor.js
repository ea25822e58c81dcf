/** The editor: CodeMirror, in the page's colours. */

import { basicSetup } from "codemirror";
import { indentWithTab } from "@codemirror/commands";
import { HighlightStyle, indentUnit, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const stream = (mode) => StreamLanguage.define(mode);

/** By a file's extension; each comes when it is first needed. */
const LANGUAGES = {
    __proto__: null,
  py: async () => (await import("@codemirror/lang-python")).python(),
  js: async () => (await import("@codemirror/lang-javascript")).javascript(),
  ts: async () => (await import("@codemirror/lang-javascript")).javascript({ typescript: true }),
  c: async () => (await import("@codemirror/lang-cpp")).cpp(),
  go: async () => (await import("@codemirror/lang-go")).go(),
  rs: async () => (await import("@codemirror/lang-rust")).rust(),
  java: async () => (await import("@codemirror/lang-java")).java(),
  sh: async () => stream((await import("@codemirror/legacy-modes/mode/shell")).shell),
  rb: async () => stream((await import("@codemirror/legacy-modes/mode/ruby")).ruby),
  pl: async () => stream((await import("@codemirror/legacy-modes/mode/perl")).perl),
  lua: async () => stream((await import("@codemirror/legacy-modes/mode/lua")).lua),
  r: async () => stream((await import("@codemirror/legacy-modes/mode/r")).r),
  php: async () => stream((await import("@codemirror/legacy-modes/mode/clike")).clike({
    name: "php",
    keywords: Object.fromEntries("abstract as break case catch class const continue default do echo else elseif enum extends final finally fn for foreach function if implements interface match namespace new print private protected public readonly return static switch throw trait try use var while yield".split(" ").map((word) => [word, true])),
    atoms: { true: true, false: true, null: true },
    multiLineStrings: true,
    hooks: { $: (text) => (text.eatWhile(/[\w$]/), "variableName.special") },
  })),
};
for (const [same, as] of Object.entries({ cpp: "c", cc: "c", h: "c", hpp: "c", mjs: "js", cjs: "js", mts: "ts", R: "r" })) LANGUAGES[same] = LANGUAGES[as];

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.controlKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.character], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: [tags.comment, tags.meta], color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.macroName], color: "var(--code-function)" },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.standard(tags.name)], color: "var(--code-type)" },
]);

const LOOK = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "14px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--accent)", padding: "10px 0" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection) !important" },
  ".cm-selectionMatch": { backgroundColor: "var(--selection)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)", outline: "1px solid var(--border)" },
  ".cm-panels, .cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", borderColor: "var(--border)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-textfield": { backgroundColor: "var(--surface)", color: "var(--ink)", borderColor: "var(--border)" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", color: "var(--ink)", borderColor: "var(--border)" },
});

const INDENTS = { __proto__: null, go: "\t", py: "    ", js: "  ", ts: "  ", rb: "  ", lua: "  ", r: "  ", R: "  " };

const language = new Compartment();

export class Editor {
  #view;
  #run;

  /** @param run is called for Ctrl+Enter */
  constructor(parent, run) {
    this.#run = run;
    // In a shadow its styles are adopted sheets; in the page they would be elements, which the page's policy forbids.
    const root = parent.attachShadow({ mode: "open" });
    this.#view = new EditorView({ parent: root, root, state: this.document("", "") });
  }

  /** What is edited as one file: its text, its history of changes, its selection. */
  document(path, content) {
    const run = () => (this.#run(), true);
    const leave = (view) => (view.setTabFocusMode(true), false); // for Tab, until the editor is left
    return EditorState.create({
      doc: content,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run }, { key: "Ctrl-Enter", run }, { key: "Escape", run: leave }])),
        basicSetup,
        keymap.of([indentWithTab]),
        indentUnit.of(INDENTS[extension(path)] ?? "    "),
        language.of([]),
        syntaxHighlighting(COLOURS),
        LOOK,
        EditorView.domEventHandlers({ blur: (_, view) => view.setTabFocusMode(false) }),
        EditorView.contentAttributes.of({ tabindex: "0", "aria-label": `Content of ${path}; Escape, then Tab, leaves it` }),
      ],
    });
  }

  get shown() {
    return this.#view.state;
  }

  async show(state, path) {
    this.#view.setState(state);
    const load = LANGUAGES[extension(path)];
    if (!load) return;
    const loaded = await load().catch(() => []); // without colours, then
    if (this.#view.state.doc === state.doc) this.#view.dispatch({ effects: language.reconfigure(loaded) });
  }

  focus() {
    this.#view.focus();
  }
}

const extension = (path) => path.slice(path.lastIndexOf(".") + 1);
