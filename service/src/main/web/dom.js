/** What the other files need of the page's elements. */

export const byId = (id) => document.getElementById(id);

/** An element with its text. What comes from programs and links goes in here, and never in as HTML. */
export function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Opens a dialog with a form; resolves to whether it was sent. `check` may keep it open by returning false. */
export function ask(dialog, check = () => true) {
  return new Promise((resolve) => {
    const form = dialog.querySelector("form");
    let sent = false;
    const submit = (event) => {
      event.preventDefault();
      if (check() === false) return;
      sent = true;
      dialog.close();
    };
    const cancel = () => dialog.close();
    const close = dialog.querySelector("[data-close]");
    form.addEventListener("submit", submit);
    close.addEventListener("click", cancel);
    dialog.addEventListener("close", () => {
      form.removeEventListener("submit", submit);
      close.removeEventListener("click", cancel);
      resolve(sent);
    }, { once: true });
    dialog.showModal();
  });
}
