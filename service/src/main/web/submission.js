/** What is sent to the service of what the page has. */

import { Problem } from "./api.js";
import { words } from "./args.js";
import { byId } from "./dom.js";
import { FIGURES } from "./output.js";

export const MIB = 2 ** 20;

function limit(id, name, unit) {
  const written = byId(id).value.trim();
  if (written === "") return undefined;
  const value = Number(written.replace(",", "."));
  if (!Number.isFinite(value)) throw new Problem(`${name} must be a number; got ${written}`);
  return Math.round(value * unit);
}

/** Throws a problem where a limit is not a number; all else is for the service to judge. */
export function submission({ runtime, files, stdin, args, tty }) {
  const made = { runtime, files, entrypoint: files[0].path, outputs: FIGURES };
  if (args.trim()) made.args = words(args);
  if (stdin && !tty) made.stdin = stdin;
  const limits = { wallTimeMs: limit("wall", "The wall time", 1000), memoryBytes: limit("memory", "The memory", MIB) };
  if (Object.values(limits).some((each) => each !== undefined)) made.limits = limits;
  return made;
}
