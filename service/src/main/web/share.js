/** A program as a link: everything is in the fragment, which browsers send to nobody. */

const NAME = "#program=";
const MOST_CHARACTERS = 4_000_000;

export const isShared = (fragment) => fragment.startsWith(NAME);

async function through(stream, bytes) {
  return new Response(new Blob([bytes]).stream().pipeThrough(stream));
}

export async function toFragment(program) {
  const packed = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(JSON.stringify({ v: 1, ...program })));
  let binary = "";
  for (const byte of new Uint8Array(await packed.arrayBuffer())) binary += String.fromCharCode(byte);
  return NAME + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Throws an error with a sentence for the reader. */
export async function fromFragment(fragment) {
  let program;
  try {
    const packed = atob(fragment.slice(NAME.length).replaceAll("-", "+").replaceAll("_", "/"));
    const text = await bounded(await through(new DecompressionStream("deflate-raw"), Uint8Array.from(packed, (each) => each.charCodeAt(0))));
    program = JSON.parse(text);
  } catch {
    throw new Error("The link cannot be read: it is incomplete or was changed. Ask for it again.");
  }
  if (program?.v !== 1) throw new Error("The link is of another version of the playground.");
  if (!isProgram(program)) throw new Error("The link cannot be read: it does not contain a program.");
  const { runtime, files, stdin = "", args = "", tty = false } = program;
  return { runtime, files: files.map(({ path, content }) => ({ path, content })), stdin, args, tty };
}

/** A small link can unpack to a large text. */
async function bounded(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream("utf-8", { fatal: true })).getReader();
  let text = "";
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    text += next.value;
    if (text.length > MOST_CHARACTERS) {
      await reader.cancel();
      throw new RangeError("too large");
    }
  }
  return text;
}

function isProgram({ runtime, files, stdin = "", args = "", tty = false }) {
  return typeof runtime === "string" && typeof stdin === "string" && typeof args === "string" && typeof tty === "boolean"
    && Array.isArray(files) && files.length > 0
    && files.every((file) => typeof file?.path === "string" && file.path !== "" && typeof file.content === "string")
    && new Set(files.map((file) => file.path)).size === files.length;
}
