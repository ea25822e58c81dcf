// What the clients of E2B make of a service: the variables E2B_API_URL, E2B_SANDBOX_URL, E2B_API_KEY and
// E2B_VALIDATE_API_KEY say where and who. Prints one JSON object.
import { Sandbox as CodeInterpreter } from "@e2b/code-interpreter";
import { Sandbox } from "e2b";

const results = {};
const error = async (promise) => promise.then(() => "no error", (failure) => `${failure.name}: ${failure.message}`);
const until = async (reached) => {
  for (let tries = 0; !reached(); tries++) {
    if (tries > 6000) throw new Error("it did not come");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const sandbox = await Sandbox.create({ timeoutMs: 600_000, metadata: { purpose: "test & more" }, envs: { GREETING: "hello" } });
const { commands, files } = sandbox;

results.info = await sandbox.getInfo();
results.running = await sandbox.isRunning();

const streamed = [];
const ran = await commands.run("echo $GREETING; echo oops >&2; pwd; echo ~", { onStdout: (text) => void streamed.push(text), onStderr: (text) => void streamed.push(text) });
results.run = { stdout: ran.stdout, stderr: ran.stderr, exitCode: ran.exitCode, streamed: streamed.join("") };
results.environment = (await commands.run("echo $A; pwd", { envs: { A: "of the command" }, cwd: "/tmp" })).stdout;
results.exit = await commands.run("echo before; exit 3").catch((failure) => ({ name: failure.name, exitCode: failure.exitCode, stdout: failure.stdout }));
results.timeout = await error(commands.run("sleep 1000", { timeoutMs: 500 }));
results.bytes = (await commands.run("printf 'h\\303'; sleep 0.1; printf '\\244llo'")).stdout;

const heard = [];
const background = await commands.run("read line; echo got $line; exec sleep 1000", { background: true, stdin: true, onStdout: (text) => void heard.push(text), timeoutMs: 0 });
results.listed = (await commands.list()).map((process) => ({ pid: process.pid === background.pid, cmd: process.cmd, args: process.args }));
await commands.sendStdin(background.pid, "typed\n");
await until(() => heard.join("") === "got typed\n");
const again = await commands.connect(background.pid);
await until(() => again.stdout === "got typed\n");
results.killed = await background.kill();
results.killedEnd = await background.wait().catch((failure) => ({ name: failure.name, exitCode: failure.exitCode, error: failure.error }));
results.killedAgain = await commands.kill(background.pid);
const cat = await commands.run("cat", { background: true, stdin: true });
await cat.sendStdin("all of it");
await cat.closeStdin();
results.closed = (await cat.wait()).stdout;
const left = await commands.run("sleep 0.2; echo done > /home/user/left", { background: true });
await left.disconnect();

const terminal = [];
const pty = await sandbox.pty.create({ cols: 90, rows: 30, onData: (data) => void terminal.push(Buffer.from(data).toString()), timeoutMs: 0 });
await sandbox.pty.sendInput(pty.pid, new TextEncoder().encode("stty size\n"));
await until(() => terminal.join("").includes("30 90"));
await sandbox.pty.resize(pty.pid, { cols: 100, rows: 40 });
await sandbox.pty.sendInput(pty.pid, new TextEncoder().encode("stty size; exit 5\n"));
results.pty = await pty.wait().catch((failure) => failure.exitCode);
results.ptyResized = terminal.join("").includes("40 100");

results.written = await files.write("folder/a.txt", "content");
results.read = await files.read("/home/user/folder/a.txt");
results.writtenTogether = await files.write([{ path: "/home/user/b 'ä x.txt", data: "b" }, { path: "c.bin", data: new Uint8Array([0, 255, 128]).buffer }]);
results.binary = [...(await files.read("c.bin", { format: "bytes" }))];
results.stream = (await files.write("s.txt", new Blob(["str", "eam"]).stream(), { useOctetStream: true })).path;
results.streamRead = await files.read("s.txt");
results.many = (await files.write(Array.from({ length: 200 }, (_, n) => ({ path: `many/${n}`, data: "x" })))).length;
results.empty = [(await files.write("empty", "")).name, await files.read("empty")];
results.info2 = await files.getInfo("folder/a.txt");
results.madeDir = [await files.makeDir("made/deep"), await files.makeDir("made/deep")];
results.renamed = (await files.rename("folder/a.txt", "made/moved.txt")).path;
results.exists = [await files.exists("made/moved.txt"), await files.exists("folder/a.txt")];
results.list = (await files.list("/home/user/made", { depth: 2 })).map((entry) => `${entry.type} ${entry.path}`).sort();
await files.remove("made");
results.removed = [await files.exists("made"), await error(files.remove("made"))];
results.missing = await error(files.read("missing"));
results.folderRead = await error(files.read("/home/user"));
results.outside = await error(files.write("/etc/passwd", "x"));
for (let tries = 0; tries < 6000 && !(await files.exists("left")); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
results.left = await files.read("left");

const changes = [];
await files.makeDir("watched/below");
const watch = await files.watchDir("watched", (event) => void changes.push(`${event.type} ${event.name}`), { recursive: true, timeoutMs: 0 });
await commands.run("cd /home/user/watched; echo 1 > a; mv a b; rm b; echo 2 > below/c");
await until(() => changes.includes("write below/c"));
results.changes = changes;
await watch.stop();
results.watchMissing = await error(files.watchDir("nowhere", () => {}));

await sandbox.setTimeout(1_200_000);
results.minutesLeft = Math.round(((await sandbox.getInfo()).endAt - Date.now()) / 60_000);
const connected = await Sandbox.connect(sandbox.sandboxId);
results.connected = (await connected.commands.run("cat c.bin | wc -c")).stdout;
const pages = Sandbox.list({ query: { metadata: { purpose: "test & more" } } });
results.pages = (await pages.nextItems()).map((item) => item.sandboxId === sandbox.sandboxId);
results.otherMetadata = (await Sandbox.list({ query: { metadata: { purpose: "other" } } }).nextItems()).length;
results.pause = await error(sandbox.pause());
results.metrics = await error(sandbox.getMetrics());
results.root = await error(commands.run("id", { user: "root" }));
results.kill = [await sandbox.kill(), await Sandbox.kill(sandbox.sandboxId)];
results.afterKill = { running: await sandbox.isRunning(), run: await error(commands.run("echo")), read: await error(files.read("c.bin")), info: await error(sandbox.getInfo()), connect: await error(Sandbox.connect(sandbox.sandboxId)) };
results.template = await error(Sandbox.create("cobol"));
results.tooLong = await error(Sandbox.create({ timeoutMs: 9e9 }));
results.paused = await error(Sandbox.create({ lifecycle: { onTimeout: "pause" } }));

const interpreter = await CodeInterpreter.create({ timeoutMs: 600_000 });
const out = [];
results.state = [(await interpreter.runCode("x = 20")).text ?? null, (await interpreter.runCode("x + 1")).text];
const printed = await interpreter.runCode("import sys\nprint('ä')\nprint('err', file=sys.stderr)\ndisplay(7)\n'last'", { onStdout: (message) => void out.push(message.line), onResult: (result) => void out.push(result.text) });
results.logs = { ...printed.logs, results: printed.results.map((result) => [result.isMainResult, result.text]), count: printed.executionCount, out };
const raised = await interpreter.runCode("def f():\n    return 1 / 0\nf()");
results.raised = raised.error;
results.html = (await interpreter.runCode("class H:\n    def _repr_html_(self): return '<b>x</b>'\nH()")).results.map((result) => [result.html, result.formats()]);
results.png = (await interpreter.runCode("class P:\n    def _repr_png_(self): return b'\\x89PNG'\nP()")).results.map((result) => result.png);
const context = await interpreter.createCodeContext({ cwd: "/tmp" });
results.context = { cwd: context.cwd, language: context.language, state: (await interpreter.runCode("x", { context })).error?.name, folder: (await interpreter.runCode("import os; x = 5; os.getcwd()", { context })).text };
results.contexts = (await interpreter.listCodeContexts()).map((one) => one.cwd);
await interpreter.restartCodeContext(context);
results.restarted = (await interpreter.runCode("x", { context })).error?.name;
await interpreter.removeCodeContext(context);
results.removedContext = await error(interpreter.runCode("1", { context }));
results.first = (await interpreter.runCode("x")).text;
results.shared = [(await interpreter.runCode("open('from-cell', 'w').write('y')")).text, await interpreter.files.read("/home/user/from-cell")];
results.cellTimeout = await error(interpreter.runCode("import time\ntime.sleep(1000)", { timeoutMs: 500 }));
results.afterTimeout = (await interpreter.runCode("x")).text;
results.exited = (await interpreter.runCode("import os; os._exit(3)")).error;
results.language = await error(interpreter.runCode("1", { language: "r" }));
results.sameLanguage = (await interpreter.runCode("1 + 1", { language: "python" })).text;
results.envs = await error(interpreter.runCode("1", { envs: { A: "1" } }));
let begun = false;
const running = interpreter.runCode("print('begun', flush=True)\nimport time\ntime.sleep(1000)", { onStdout: () => void (begun = true) });
await until(() => begun);
await interpreter.kill();
results.killedWhileRunning = (await running).error?.name;

const node = await CodeInterpreter.create("node", { timeoutMs: 600_000 });
results.node = [(await node.runCode("const y = await Promise.resolve(40); y")).text, (await node.runCode("y + 2", { language: "javascript" })).text];
await node.kill();
console.log(JSON.stringify(results));
process.exit(0); // timers of the clients go on for a minute
