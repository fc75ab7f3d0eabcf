// Tabs as the ARIA authoring practices have them: arrows move between them.

/** Make the buttons of a tab list show their panels; `changed` gets the panel's id. */
export function makeTabs(list, changed) {
  const tabs = [...list.querySelectorAll('[role="tab"]')];
  const show = (chosen) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.ariaSelected = String(on);
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
    changed(chosen.getAttribute("aria-controls"));
  };
  tabs.forEach((tab) => tab.addEventListener("click", () => show(tab)));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    next.focus();
    show(next);
  });
}
