'use strict';
// Runs the cells of a session: each is a message from the agent's socket, in one context that stays, and what it shows, returns or throws is reported
// there. docs: runtimes/agent/PROTOCOL.md.
{
  const { EventEmitter } = require('events');
  const { Writable, PassThrough } = require('stream');
  const { inspect } = require('util');
  const repl = require('repl');
  const fs = require('fs');
  const { stripTypeScriptTypes } = require('module');
  const MAX_TEXT = 1 << 20; // of one value's representation, in characters

  delete require.cache[__filename];
  const typed = fs.existsSync('/usr/share/typescript');
  const channel = require('net').connect('/dev/mayfly/cells');
  // Without a domain an error of a cell goes to the cell, and one of a timer to the process.
  const noDomain = Object.assign(new EventEmitter(), { bind: (bound) => bound });
  const server = repl.start({ prompt: '', domain: noDomain, input: new PassThrough(), output: new Writable({ write: (chunk, encoding, done) => done() }),
    terminal: false, useGlobal: true, breakEvalOnSigint: true });
  const evaluate = server.eval;
  let current = 0;
  let interrupt; // ends the cell that runs

  const heed = () => interrupt?.();

  function send(type, fields) {
    const body = Buffer.from(JSON.stringify({ type, id: current, ...fields }));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    channel.write(Buffer.concat([length, body]));
  }

  const cut = (text) => (text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`);

  function bundle(value) {
    const data = { 'text/plain': cut(inspect(value)) };
    const display = value?.[Symbol.for('Jupyter.display')];
    return typeof display === 'function' ? { ...data, ...display.call(value) } : data;
  }

  globalThis.display = (...values) => values.forEach((value) => send('display', { data: bundle(value) }));

  // Without our frames, which are the last ones.
  function trace(error) {
    const lines = String(error.stack ?? error).split('\n');
    const ours = lines.findIndex((line) => /^\s+at .*(REPLServer|node:vm|node:repl|node:domain|ContextifyScript|\[worker eval\])/.test(line));
    return cut((ours < 0 ? lines : lines.slice(0, ours)).join('\n'));
  }

  function report(error) {
    if (error instanceof repl.Recoverable) error = error.err;
    const isError = error instanceof Error || (typeof error === 'object' && error !== null && typeof error.stack === 'string');
    send('error', { name: isError ? String(error.name) : 'Error', message: cut(isError ? String(error.message) : inspect(error)), trace: isError ? trace(error) : inspect(error) });
  }

  function run(cell) {
    current = cell.id;
    return new Promise((resolve) => {
      let over = false;
      const ended = (error, value) => {
        if (over) return;
        over = true;
        interrupt = undefined;
        try {
          if (error !== null) report(error);
          else if (value !== undefined) send('result', { data: bundle(value) });
        } catch {
          send('error', { name: 'Error', message: 'the value cannot be shown', trace: 'the value cannot be shown' });
        }
        send('done');
        resolve();
      };
      interrupt = () => ended(Object.assign(new Error('the cell was interrupted'), { name: 'Interrupted', stack: 'Interrupted: the cell was interrupted' }));
      try {
        const code = typed ? stripTypeScriptTypes(cell.code) : cell.code;
        process.removeListener('SIGINT', heed); // the REPL has its own while the code runs, which ours would switch off
        evaluate.call(server, `${code}\n`, server.context, `cell ${cell.id}`, ended);
      } catch (error) {
        ended(error);
      } finally {
        process.on('SIGINT', heed);
      }
    });
  }

  let received = Buffer.alloc(0);
  let queue = Promise.resolve();
  channel.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
    while (received.length >= 4 && received.length >= 4 + received.readUInt32BE()) {
      const end = 4 + received.readUInt32BE();
      const cell = { id: received.readUInt32BE(4), code: received.subarray(8, end).toString() };
      received = received.subarray(end);
      queue = queue.then(() => run(cell));
    }
  });
  channel.on('close', () => process.exit(0));
  process.on('SIGINT', heed);
  for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (reason) => process.stderr.write(`Uncaught ${inspect(reason)}\n`));
  send('ready');
}
