// What codapi's widget makes of a service, in a page of an origin: codapi.mjs URL ORIGIN. Prints one JSON object.
const [server, origin] = process.argv.slice(2);

// As much of a page as the widget's module looks for while it loads, and what a browser does on its behalf.
const inPage = globalThis.fetch;
Object.assign(globalThis, {
  window: globalThis,
  HTMLElement: class {},
  customElements: { get: () => undefined, define: () => {} },
  document: { createElement: () => ({}) },
  fetch: (url, options) => inPage(url, { ...options, headers: { ...options.headers, Origin: origin, "Sec-Fetch-Site": "cross-site" } }),
});
await import("@antonz/codapi/dist/snippet.mjs");
window.codapi.settings.url = `${server}/v1`;

const run = (snippet) => window.codapi.engines.codapi.exec({ version: "", command: "run", ...snippet });
console.log(JSON.stringify({
  python: await run({ sandbox: "python", files: { "": "print('hello')" } }),
  javascript: await run({ sandbox: "javascript", files: { "": "console.log(require('./word'))", "word.js": "module.exports = 'required'" } }),
  version: await run({ sandbox: "py", version: "3.13", files: { "": "import sys; print(sys.version_info[:2])" } }),
  binary: await run({ sandbox: "python", files: { "": "print(open('raw', 'rb').read())", raw: "data:application/octet-stream;base64,AP8=" } }),
  failing: await run({ sandbox: "python", files: { "": "import sys; sys.exit('no')" } }),
  unknown: await run({ sandbox: "cobol", files: { "": "x" } }),
  command: await run({ sandbox: "python", command: "test", files: { "": "x" } }),
}));
