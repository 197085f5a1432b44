// Light or dark: as the system has it, until somebody chooses.
const KEY = "almaflow-theme";
const NEXT = { system: "light", light: "dark", dark: "system" };
const WORDS = { system: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" };

function stored() {
  try {
    return localStorage.getItem(KEY) in NEXT ? localStorage.getItem(KEY) : "system";
  } catch {
    return "system";
  }
}

/** Makes the button work; tells when colours have changed. */
export function theme(button, changed) {
  let now = stored();
  const show = () => {
    if (now === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = now;
    button.textContent = WORDS[now];
    changed();
  };
  button.addEventListener("click", () => {
    now = NEXT[now];
    try {
      localStorage.setItem(KEY, now);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  show();
}
