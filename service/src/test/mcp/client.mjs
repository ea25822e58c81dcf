// Uses a service as an agent does, with unmodified clients: node client.mjs CLIENT TRANSPORT URL COMMAND
import assert from "node:assert/strict";
import { Client as ClientWithHandshake } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioWithHandshake } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as HttpWithHandshake } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const [kind, transport, url, command] = process.argv.slice(2);
const info = { name: "mayfly-test", version: "1" };
const isSdk = kind === "sdk";
const mode = kind === "pin" ? { pin: "2026-07-28" } : kind;
const client = isSdk ? new ClientWithHandshake(info) : new Client(info, { versionNegotiation: { mode } });

function connection() {
  if (transport === "http") {
    const address = new URL("/mcp", url);
    const requestInit = { headers: { Authorization: `Bearer ${process.env.MAYFLY_API_KEY}` } };
    return isSdk ? new HttpWithHandshake(address, { requestInit }) : new StreamableHTTPClientTransport(address, { requestInit });
  }
  const server = { command, args: ["mcp"], env: { ...process.env, MAYFLY_URL: url } };
  return isSdk ? new StdioWithHandshake(server) : new StdioClientTransport(server);
}

function call(tool, args, options) {
  const request = { name: tool, arguments: args };
  return isSdk ? client.callTool(request, undefined, options) : client.callTool(request, options);
}

const python = (code, more = {}, options) => call("run_code", { language: "python", code, ...more }, options);

await client.connect(connection());

const { tools } = await client.listTools();
assert.deepEqual(tools.map((tool) => tool.name), ["close_session", "list_languages", "open_session", "run_code", "run_in_session"]);
const runCode = tools[3];
assert.ok(runCode.inputSchema.properties.language.enum.includes("python"));
assert.match(runCode.description, /no network/);

// the result is there twice: structured, which the client has compared with the schema, and as text
const printed = await python("import sys; print(6 * 7, sys.argv[1], input())", { args: ["a"], stdin: "b\n" });
assert.equal(printed.structuredContent.stdout, "42 a b\n");
assert.deepEqual(printed.structuredContent.outcome, { kind: "exited", exitCode: 0 });
assert.deepEqual(JSON.parse(printed.content[0].text), printed.structuredContent);

// a program that fails is no error, a refusal is one that can be mended
const failed = await python("import sys; print('why', file=sys.stderr); sys.exit(3)");
assert.ok(!failed.isError);
assert.equal(failed.structuredContent.outcome.exitCode, 3);
assert.equal(failed.structuredContent.stderr, "why\n");
for (const [args, reason] of [
  [{ language: "cobol", code: "" }, /unknown runtime cobol; the runtimes are .*python/],
  [{ language: "python" }, /code is missing/],
  [{ language: "python", code: "", colour: "red" }, /colour is unknown/],
  [{ language: "python", code: "", limits: { memoryBytes: 1e15 } }, /memoryBytes/],
]) {
  const refused = await call("run_code", args);
  assert.equal(refused.isError, true);
  assert.match(refused.content[0].text, reason);
}

const languages = await call("list_languages", {});
assert.ok(languages.structuredContent.languages.some((each) => each.language === "python" && each.limits.wallTimeMs > 0));

// files go in, images come back as images and others by address
const PNG = "iVBORw0KGgo=";
const files = await python("open('a b.csv', 'w').write(open('in.txt').read()); open('plot.png', 'wb').write(bytes.fromhex('89504e470d0a1a0a'))", {
  files: [{ path: "in.txt", content: "1,2\n" }],
  outputs: ["*.csv", "*.png"],
});
assert.deepEqual(files.content.find((block) => block.type === "image"), { type: "image", data: PNG, mimeType: "image/png" });
const link = files.content.find((block) => block.type === "resource_link");
assert.equal(link.uri, `mayfly://executions/${files.structuredContent.executionId}/files/a%20b.csv`);
const [csv] = (await client.readResource({ uri: link.uri })).contents;
assert.deepEqual([csv.mimeType, csv.text], ["text/csv", "1,2\n"]);

// of long output both ends are there, and the whole by address
const long = await python("print('a' * 15000 + 'b' * 15000, end='')");
assert.equal(long.structuredContent.stdout, `${"a".repeat(10000)}\n[... 10000 characters left out ...]\n${"b".repeat(10000)}`);
const [whole] = (await client.readResource({ uri: long.structuredContent.stdoutUri })).contents;
assert.equal(whole.text.length, 30000);
const { resources } = await client.listResources();
assert.ok([link.uri, long.structuredContent.stdoutUri].every((uri) => resources.some((resource) => resource.uri === uri)));
await assert.rejects(client.readResource({ uri: "mayfly://executions/none/stdout" }), /expired/);

// output is heard while the program runs, and progress rises
const heard = [];
await python("import time\nfor i in range(3): print('line', i, flush=True); time.sleep(0.01)", {}, { onprogress: (progress) => heard.push(progress) });
assert.match(heard.map((each) => each.message).join(""), /^started\nline 0\nline 1\nline 2\n$/);
assert.ok(heard.every((each, i) => i === 0 || each.progress > heard[i - 1].progress));

// a call that is taken back ends its program; that it does is in the service's log
const taken = new AbortController();
const endless = python("import time\nprint('begun', flush=True)\ntime.sleep(1000)", { limits: { wallTimeMs: 300_000 } }, {
  signal: taken.signal,
  onprogress: ({ message }) => message.includes("begun") && taken.abort(),
});
await assert.rejects(endless);

// a session keeps what code has made, for code and commands, until it is closed
const opened = (await call("open_session", { language: "python", files: [{ path: "in.txt", content: "given" }] })).structuredContent;
assert.equal(opened.cells, true);
const { session } = opened;
const inSession = async (args, options) => call("run_in_session", { session, ...args }, options);
const first = await inSession({ code: "x = open('in.txt').read()\nprint('read')" });
assert.deepEqual([first.structuredContent.outcome, first.structuredContent.stdout, first.structuredContent.stateKept], [{ kind: "completed" }, "read\n", true]);
assert.equal((await inSession({ code: "x + '!'" })).structuredContent.result, "'given!'");
const raised = (await inSession({ code: "1 / 0" })).structuredContent;
assert.deepEqual([raised.outcome.kind, raised.error.name, raised.stateKept], ["raised", "ZeroDivisionError", true]);
const shown = await inSession({
  code: "class P:\n    def _repr_png_(self): return bytes.fromhex('89504e470d0a1a0a')\ndisplay(P(), 7)\nopen('a.csv', 'w').write(x)",
  files: [{ path: "b.txt", content: "Yg==", encoding: "base64" }],
  outputs: ["a.csv", "b.txt", "missing"],
});
assert.deepEqual(shown.content.find((block) => block.type === "image"), { type: "image", data: PNG, mimeType: "image/png" });
assert.deepEqual(shown.structuredContent.displays, ["7"]);
assert.deepEqual(shown.structuredContent.filesSkipped.map((file) => file.path), ["missing"]);
const [brought] = (await client.readResource({ uri: shown.structuredContent.files[0].uri })).contents;
assert.equal(brought.text, "given");
const ran = (await inSession({ command: "cat b.txt; echo oops >&2; exit 4" })).structuredContent;
assert.deepEqual([ran.outcome, ran.stdout, ran.stderr], [{ kind: "exited", exitCode: 4 }, "b", "oops\n"]);
assert.equal((await inSession({ code: "import time; time.sleep(1000)", timeoutMs: 300 })).structuredContent.outcome.kind, "timed_out");
assert.equal((await inSession({ code: "x" })).structuredContent.result, "'given'");
assert.deepEqual((await inSession({ code: "import os; os._exit(3)" })).structuredContent.stateKept, false);
const lines = [];
await inSession({ code: "for i in range(3): print('line', i, flush=True)\nimport os, time\nwhile not os.path.exists('heard'): time.sleep(0.01)" }, {
  onprogress: ({ message }) => {
    lines.push(message);
    if (message.includes("line 2")) inSession({ command: "touch heard" });
  },
});
assert.match(lines.join(""), /line 0\nline 1\nline 2\n/);
const stop = new AbortController();
await assert.rejects(inSession({ code: "kept = 1\nprint('begun', flush=True)\nimport time; time.sleep(1000)", timeoutMs: 600_000 }, {
  signal: stop.signal,
  onprogress: ({ message }) => message.includes("begun") && stop.abort(),
}));
assert.equal((await inSession({ code: "kept" })).structuredContent.result, "1");
for (const [args, reason] of [
  [{ code: "1", command: "true" }, /one of code and command/],
  [{ code: "1", files: [{ path: "../x", content: "" }] }, /Read-only/],
  [{ code: "1", timeoutMs: -1 }, /timeoutMs/],
]) {
  const refused = await inSession(args);
  assert.equal(refused.isError, true);
  assert.match(refused.content[0].text, reason);
}
assert.equal((await call("close_session", { session })).structuredContent.closed, session);
const over = await inSession({ code: "1" });
assert.equal(over.isError, true);
assert.match(over.content[0].text, /it was closed.*open another one/);

await client.close();
console.log("all is well");
