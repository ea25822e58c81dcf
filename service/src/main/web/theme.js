/** Dark or light: as the system has it, until somebody chooses. */

const CHOICE = "mayfly.theme";
const NEXT = { system: "light", light: "dark", dark: "system" };
const WORDS = { system: "Theme: system", light: "Theme: light", dark: "Theme: dark" };

function show(choice, button) {
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  button.textContent = WORDS[choice];
}

export function switchTheme(button) {
  let choice = localStorage.getItem(CHOICE);
  if (!(choice in NEXT)) choice = "system";
  show(choice, button);
  button.addEventListener("click", () => {
    choice = NEXT[choice];
    localStorage.setItem(CHOICE, choice);
    show(choice, button);
  });
}
