// What the clients of Piston make of a service: piston.mjs URL. Prints one JSON object.
import { NodePistonClient, PistonClient } from "piston-api-client";
import { piston } from "piston-client";

const server = process.argv[2];
const client = piston({ server });
const python = { language: "python", version: "*" };
// Each line is taken before the next one is written, to whichever stream.
const order = `
import fcntl, os, struct, termios
def write(stream, text):
    os.write(stream, text.encode())
    while struct.unpack("i", fcntl.ioctl(stream, termios.FIONREAD, bytes(4)))[0]: pass
for n in range(3):
    write(1, f"out {n}\\n")
    write(2, f"err {n}\\n")
`;
const file = (content) => [{ content }];

const results = {
  runtimes: await client.runtimes(),
  python: await client.execute("python", "import sys; print(sys.argv[1:], input())", { stdin: "typed" }),
  javascript: await client.execute("javascript", "console.log(process.argv.slice(2).join())", { args: ["a", "b c"] }),
  unknownToClient: await client.execute("cobol", "x"),
  c: await client.execute("c", '#include <stdio.h>\nint main(void) { puts("compiled"); }'),
};
for (const [name, Client] of [["browser", PistonClient], ["node", NodePistonClient]]) {
  const api = new Client({ server });
  results[name] = {
    runtimes: await api.runtimes(),
    order: await api.execute({ ...python, files: file(order) }),
    timeout: await api.execute({ language: "js", version: "24.x", files: file("for (;;);"), run_timeout: 300 }),
    unknown: await api.execute({ language: "cobol", version: "*", files: file("x") }),
    ceiling: await api.execute({ ...python, files: file("1"), run_timeout: 1e9 }),
    signal: await api.execute({ ...python, files: file("import os; os.kill(os.getpid(), 11)") }),
    files: await api.execute({ language: "py", version: ">=3", files: [
      { name: "start.py", content: "import helper; print(helper.word, open('raw', 'rb').read())" },
      { name: "helper.py", content: "d29yZCA9ICd0YWtlbic=", encoding: "base64" },
      { name: "raw", content: "00ff", encoding: "hex" },
    ] }),
  };
}
console.log(JSON.stringify(results));
process.exit(); // the client's cache has a timer of a day
