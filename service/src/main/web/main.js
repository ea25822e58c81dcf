/** The playground: what the page's parts say to each other. */

import * as api from "./api.js";
import { ask, byId } from "./dom.js";
import { Editor } from "./editor.js";
import { examples } from "./examples.js";
import { Files } from "./files.js";
import { Functions } from "./functions.js";
import { askKey, whyAsked } from "./keys.js";
import { Output } from "./output.js";
import { fromFragment, isShared, toFragment } from "./share.js";
import { MIB, submission } from "./submission.js";
import { switchTheme } from "./theme.js";
import { ending, refusal, size, time } from "./words.js";

const output = new Output();
const files = new Files(new Editor(byId("editor"), run));
let offered = [];
let untouched = ""; // what was opened or stored, to know whether somebody has changed it
let isExample = false; // whether that is an example
let stop = null; // ends what runs

// The program

const runtime = () => offered.find(({ id }) => id === byId("runtime").value);

function program() {
  return { runtime: byId("runtime").value, files: files.content, stdin: byId("stdin").value, args: byId("args").value, tty: byId("tty").checked };
}

function open({ files: content, stdin, args, tty }) {
  files.content = content;
  byId("stdin").value = stdin;
  byId("args").value = args;
  byId("tty").checked = tty;
  byId("options").open = stdin !== "" || args !== "";
}

function openExample(example) {
  functions.forget();
  open(example);
  keep(true);
}

/** All of the program but its language. */
function content() {
  const { runtime: _, ...rest } = program();
  return JSON.stringify([rest, byId("wall").value, byId("memory").value]);
}

function keep(example) {
  untouched = content();
  isExample = example;
}

function isUntouched() {
  return content() === untouched;
}

function chooseExample() {
  if (isUntouched() || confirm("Replace the program by this example?")) openExample(examples(runtime())[Number(byId("example").value)]);
  else byId("example").selectedIndex = -1;
}

function offerExamples() {
  const all = runtime() ? examples(runtime()) : [];
  byId("example").replaceChildren(...all.map(({ title }, index) => new Option(title, String(index))));
  const limits = runtime()?.limits;
  byId("wall").placeholder = limits ? String(limits.wallTimeMs / 1000) : "";
  byId("memory").placeholder = limits ? String(Math.round(limits.memoryBytes / MIB)) : "";
  return all;
}

function chooseRuntime() {
  const [hello] = offerExamples();
  if (!hello) return;
  if (isExample && isUntouched()) openExample(hello);
  else {
    byId("example").selectedIndex = -1;
    files.renameFirst(runtime().entrypoint);
  }
}

// A runtime that a link names may be missing here: it stays chosen, and the service says so.
function select(id) {
  const choice = byId("runtime");
  const found = named(id);
  if (!found && id && ![...choice.options].some(({ value }) => value === id)) choice.append(new Option(`${id} (not here)`, id));
  if (id) choice.value = found?.id ?? id;
}

async function loadRuntimes() {
  const chosen = byId("runtime").value;
  const first = offered.length === 0;
  try {
    offered = await api.runtimes();
  } catch (problem) {
    if (problem.status !== 401) return output.say("refused", refusal(problem));
    output.say("idle", whyAsked());
    return (await askKey(whyAsked())) && loadRuntimes();
  }
  byId("runtime").replaceChildren(...offered.map(({ id, available }) => new Option(available ? id : `${id} (starting)`, id)));
  select(chosen || (offered.some(({ name }) => name === "python") ? "python" : ""));
  const [hello] = offerExamples();
  if (first && hello && isExample && isUntouched()) openExample(hello);
  else byId("example").selectedIndex = -1;
  if (byId("outcome").dataset.state === "idle") output.say("idle", "Nothing has run yet.");
}

// Functions

const named = (name) => offered.find((each) => each.id === name || each.name === name || each.aliases.includes(name));

const functions = new Functions({
  program: () => submission(program()),
  open: (opened) => {
    select(opened.runtime);
    offerExamples();
    byId("example").selectedIndex = -1;
    open(opened);
    byId("wall").value = opened.wall ?? "";
    byId("memory").value = opened.memory ?? "";
    byId("options").open ||= Boolean(opened.wall || opened.memory);
    keep(false);
    return byId("runtime").value;
  },
  mayReplace: () => isUntouched() || confirm("Replace the program by this function?"),
  content,
  kept: () => keep(false),
  askKey: () => askKey(whyAsked()),
  runtimeOf: (name, path) => (name ? named(name) : offered.find(({ extensions }) => extensions.some((each) => path.endsWith(each)))),
  nameOf: (id) => { // by its name, where the name means this version
    const name = offered.find((each) => each.id === id)?.name;
    return named(name)?.id === id ? name : id;
  },
});

// Running

async function refused(problem) {
  output.say("refused", refusal(problem));
  if (problem.status === 401 && await askKey(whyAsked())) run();
}

function begin(ending) {
  stop = ending;
  byId("run").disabled = true;
  byId("stop").disabled = false;
  output.clear();
  output.say("running", "Waiting for a sandbox …");
}

function finish() {
  stop = null;
  byId("run").disabled = false;
  if (document.activeElement === byId("stop")) byId("run").focus();
  byId("stop").disabled = true;
}

/** What each event does, at a terminal or not. */
function events(write) {
  return {
    started: ({ attempt }) => {
      if (attempt > 1) output.clear(); // what came before is void
      output.say("running", "Running …");
    },
    compiled: ({ outcome, stdout, stderr }) => {
      output.append("compiler", (stdout ?? "") + (stderr ?? ""));
      if (outcome.kind !== "exited" || outcome.exitCode !== 0) output.append("compiler", `${ending(outcome)}.\n`);
    },
    stdout: (event) => write("stdout", event),
    stderr: (event) => write("stderr", event),
    outcome: (result) => output.ended(result),
  };
}

function run() {
  if (stop) return;
  if (offered.length === 0) return void loadRuntimes(); // it has not answered, or asked for a key
  byId("notice").hidden = true;
  let asked;
  try {
    asked = submission(program());
  } catch (problem) {
    return void refused(problem);
  }
  if (byId("tty").checked) runAtTerminal(asked);
  else runStreaming(asked);
}

async function runStreaming(asked) {
  byId("terminal").hidden = byId("terminal-hint").hidden = true;
  const abort = new AbortController();
  begin(() => abort.abort());
  const begun = performance.now();
  const on = events((stream, event) => output.write(stream, event));
  let ended = false;
  try {
    await api.run(asked, (event, data) => {
      ended ||= event === "outcome";
      on[event]?.(data);
    }, abort.signal);
    if (!ended) output.say("refused", "The connection ended before the program did; it was cancelled.");
  } catch (problem) {
    if (ended) return finish();
    if (abort.signal.aborted) output.say("ours", `Stopped by you after ${time(performance.now() - begun)}.`);
    else if (problem instanceof api.Problem) {
      finish();
      return refused(problem);
    } else output.say("refused", "The connection ended before the program did; it was cancelled.");
  }
  finish();
}

async function runAtTerminal(asked) {
  let session;
  let ended = false;
  let stopped = false;
  begin(() => {
    stopped = true;
    session?.close();
  });
  const parent = byId("terminal");
  parent.hidden = byId("terminal-hint").hidden = false;
  let openTerminal;
  try {
    ({ open: openTerminal } = await import("./terminal.js"));
  } catch {
    output.say("refused", "The terminal cannot be loaded: the service does not answer, or is of another version. Load the page again.");
    return finish();
  }
  if (stopped) return finish();
  const terminal = openTerminal(parent, {
    type: (typed) => session?.type(typed),
    resized: (rows, cols) => session?.resize(rows, cols),
    leave: () => byId("stop").focus(),
  });
  const on = {
    ...events((_, event) => terminal.write(event)),
    rejected: ({ detail }) => {
      ended = true;
      output.say("refused", refusal({ title: "The service refused it", detail }));
    },
    closed: ({ opened }) => {
      terminal.end();
      if (stopped) output.say("ours", "Stopped by you.");
      else if (!opened) output.say("refused", "The service did not open a terminal: it does not answer, or the key is missing, wrong, or may not run programs.");
      else if (!ended) output.say("refused", "The connection ended before the program did; it was cancelled.");
      finish();
    },
  };
  session = api.interactive({ ...asked, tty: terminal.size }, (event, data) => {
    ended ||= event === "outcome";
    on[event]?.(data);
  });
}

// Sharing

async function share() {
  const shared = program();
  history.replaceState(null, "", await toFragment(shared));
  const value = byId("share-value");
  value.value = location.href;
  byId("share-size").textContent = `${size(location.href.length)} long.${location.href.length > 8000 ? " Some programs cut links as long as this." : ""}`;
  const sent = ask(byId("share-dialog"), () => {
    value.select();
    navigator.clipboard?.writeText(value.value).then(() => { byId("share-size").textContent = "The link is copied."; },
      () => { byId("share-size").textContent = "Press Ctrl+C to copy the selected link."; });
    if (!navigator.clipboard) byId("share-size").textContent = "Press Ctrl+C to copy the selected link.";
    return false;
  });
  value.select();
  await sent;
}

function notify(sentence) {
  byId("notice").firstElementChild.textContent = sentence;
  byId("notice").hidden = false;
}

async function openShared() {
  if (!isShared(location.hash)) return;
  try {
    const shared = await fromFragment(location.hash);
    select(shared.runtime);
    offerExamples();
    byId("example").selectedIndex = -1;
    functions.forget();
    open(shared);
    untouched = ""; // somebody else's: never replaced unasked
    isExample = false;
    notify("This program came with the link. Read it before you run it.");
  } catch (failure) {
    notify(failure.message);
  }
}

// The page

byId("run").addEventListener("click", run);
byId("stop").addEventListener("click", () => stop?.());
byId("share").addEventListener("click", share);
byId("key").addEventListener("click", async () => {
  if (!await askKey()) return;
  functions.forget(); // another key may be another tenant's
  await loadRuntimes();
});
byId("runtime").addEventListener("change", chooseRuntime);
byId("example").addEventListener("change", chooseExample);
byId("notice").querySelector("button").addEventListener("click", () => { byId("notice").hidden = true; });
document.addEventListener("keydown", (event) => {
  const elsewhere = event.defaultPrevented || event.target.closest("#editor, #terminal, dialog");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !elsewhere) {
    event.preventDefault();
    run();
  }
});
window.addEventListener("hashchange", openShared);
switchTheme(byId("theme"));
openExample(examples({ name: "python", entrypoint: "main.py" })[0]);
await openShared();
await loadRuntimes();
