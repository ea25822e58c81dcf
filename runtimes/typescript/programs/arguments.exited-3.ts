import { readFileSync } from "node:fs";

const words: string[] = process.argv.slice(2);
console.log(`${words.length} arguments: ${words.join("|")}`);
const lines = readFileSync(0, "utf8").trimEnd().split("\n");
console.log(`${lines.length} lines, the last is ${lines.at(-1)}`);
process.exitCode = 3;
