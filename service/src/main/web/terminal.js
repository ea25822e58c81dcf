/** A program at a terminal. */

import { Terminal } from "xterm";
import { bytes } from "./api.js";

const FONT = "ui-monospace, 'SF Mono', 'Cascadia Code', 'DejaVu Sans Mono', monospace";
const FONT_SIZE = 14;
const ROWS = 24;
const FEWEST_COLUMNS = 20;
const SCROLL_BAR = 20;

function columns(parent) {
  const probe = document.createElement("span");
  probe.className = "probe";
  probe.textContent = "W".repeat(100);
  parent.append(probe);
  const width = probe.getBoundingClientRect().width / 100;
  probe.remove();
  return Math.max(FEWEST_COLUMNS, Math.floor((parent.clientWidth - SCROLL_BAR) / width));
}

/** @param type gets what is typed; @param resized the new size; @param leave is called for Shift+Esc */
export function open(parent, { type, resized, leave }) {
  parent.replaceChildren();
  const terminal = new Terminal({
    rows: ROWS, cols: columns(parent), fontFamily: FONT, fontSize: FONT_SIZE, screenReaderMode: true,
    theme: { background: "#151a19", foreground: "#e4eae7", cursor: "#5cc9ae" },
  });
  terminal.open(parent);
  parent.querySelector(".xterm-accessibility-tree").setAttribute("role", "list"); // its lines are items already
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== "keydown" || event.key !== "Escape" || !event.shiftKey) return true;
    leave();
    return false;
  });
  terminal.onData(type);
  const fit = new ResizeObserver(() => {
    const cols = columns(parent);
    if (cols === terminal.cols) return;
    terminal.resize(cols, ROWS);
    resized(ROWS, cols);
  });
  fit.observe(parent);
  terminal.focus();
  return {
    size: { rows: terminal.rows, cols: terminal.cols },
    write: ({ data, encoding }) => terminal.write(encoding === "base64" ? bytes(data) : data),
    /** What was shown stays; nothing more can be typed. */
    end: () => {
      fit.disconnect();
      terminal.setOption("disableStdin", true);
      terminal.setOption("cursorBlink", false);
    },
  };
}
