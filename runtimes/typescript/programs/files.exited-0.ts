import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

type Note = { name: string; text: string };
const notes: Note[] = [{ name: "a", text: "hello from a\n" }, { name: "b", text: "" }];
mkdirSync("notes");
for (const { name, text } of notes) writeFileSync(`notes/${name}.txt`, text);
process.stdout.write(`${readdirSync("notes").join(" ")}\n${readFileSync("notes/a.txt", "utf8")}`);
