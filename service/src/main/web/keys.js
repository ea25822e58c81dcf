/** The dialog for the key. */

import { key } from "./api.js";
import { ask, byId } from "./dom.js";

export const whyAsked = () => (key.value() ? "The service does not accept this key." : "The service asks for a key.");

/** Asks for a key, with the reason; resolves to whether there is one now. */
export async function askKey(reason = "") {
  const dialog = byId("key-dialog");
  if (dialog.open) return false;
  byId("key-reason").textContent = reason;
  byId("key-reason").hidden = reason === "";
  byId("key-value").value = key.value();
  const sent = await ask(dialog);
  const value = byId("key-value").value.trim();
  byId("key-value").value = "";
  if (sent && value) key.set(value);
  return sent && value !== "";
}

byId("key-forget").addEventListener("click", () => {
  key.forget();
  byId("key-dialog").close();
});
