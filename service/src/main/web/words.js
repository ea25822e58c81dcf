/** How a run ended, in sentences. */

export const SEPARATOR = " · ";
const LOWEST_DIGITS = 10;

export function size(bytes) {
  for (const [unit, name] of [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]]) {
    if (bytes >= unit) return `${short(bytes / unit)} ${name}`;
  }
  return bytes === 1 ? "1 byte" : `${bytes} bytes`;
}

export function time(ms) {
  if (ms < 1000) return `${short(ms)} ms`;
  const seconds = ms / 1000;
  return seconds < 120 ? `${short(seconds)} s` : `${short(seconds / 60)} min`;
}

const short = (value) => (value < LOWEST_DIGITS ? String(Math.round(value * 10) / 10) : String(Math.round(value)));

const CLOCKS = {
  wall_time: (limit) => `Stopped at the wall time limit of ${limit}`,
  cpu_time: (limit) => `Stopped at the CPU time limit of ${limit}`,
  idle_time: (limit) => `Stopped: nothing was typed and nothing shown for ${limit}`,
};

const CANCELLED = {
  client: "Cancelled",
  disconnect: "Cancelled: the connection ended",
  shutdown: "Cancelled: the service is shutting down",
};

/** The kind of an outcome as a sentence without its full stop. */
export function ending(outcome) {
  switch (outcome.kind) {
    case "exited": return `Exited with code ${outcome.exitCode}`;
    case "signaled": return `Ended by the signal ${outcome.signal}`;
    case "timed_out": return CLOCKS[outcome.clock](time(outcome.limitMs));
    case "out_of_memory": return `Out of memory: the limit is ${size(outcome.limitBytes)}`;
    case "output_limit": return `Stopped: it wrote more than ${size(outcome.limitBytes)}`;
    case "compile_failed": return `Did not compile: the compiler ${lower(ending(outcome.compiler))}`;
    case "cancelled": return CANCELLED[outcome.by] ?? "Cancelled";
    case "failed": return `Mayfly could not run it: ${outcome.reason}${outcome.retryable ? ". Run it again" : ""}`;
    default: return `Ended: ${outcome.kind}`;
  }
}

const lower = (sentence) => sentence[0].toLowerCase() + sentence.slice(1);

/** good, bad (the program's doing), or ours. */
export function mood(outcome) {
  if (outcome.kind === "exited" && outcome.exitCode === 0) return "good";
  return outcome.kind === "failed" || outcome.kind === "cancelled" ? "ours" : "bad";
}

export function sentence({ outcome, usage }) {
  return usage && outcome.kind !== "compile_failed" && outcome.kind !== "failed" ? `${ending(outcome)} after ${time(usage.wallMs)}.` : `${ending(outcome)}.`;
}

/** What it used, of what it might use. */
export function facts({ outcome, usage, sandbox }) {
  const said = [];
  if (usage && outcome.kind !== "compile_failed") {
    const limits = sandbox?.limits ?? {};
    const of = (limit, show) => (limit === undefined ? "" : ` of ${show(limit)}`);
    said.push(`CPU ${time(usage.cpuUserMs + usage.cpuSystemMs)}${of(limits.cpuTimeMs, time)}`);
    said.push(`peak memory ${size(usage.peakMemoryBytes)}${of(limits.memoryBytes, size)}`);
    if (limits.wallTimeMs !== undefined) said.push(`wall time limit ${time(limits.wallTimeMs)}`);
  }
  if (sandbox?.start) said.push(sandbox.start === "warm" ? "warm sandbox" : "cold sandbox");
  return said.join(SEPARATOR);
}

/** A refusal: what happened, why, and when to try again. */
export function refusal({ title, detail, field, retryAfter }) {
  const said = [title.replace(/\.?$/, ".")];
  if (detail) said.push((detail[0].toUpperCase() + detail.slice(1)).replace(/\.?$/, "."));
  if (field && !detail?.includes(field)) said.push(`The field is ${field}.`);
  if (retryAfter) said.push(retryAfter === "1" ? "Try again in 1 second." : `Try again in ${retryAfter} seconds.`);
  return said.join(" ");
}
