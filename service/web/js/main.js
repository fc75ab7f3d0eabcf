// Puts the parts of the page together.

import { Choices, KeyWanted } from "./choices.js";
import { paintScale } from "./colour.js";
import { FilePanel } from "./file_panel.js";
import { askForKey } from "./key.js";
import { LivePanel } from "./live_panel.js";
import { element, tell } from "./page.js";
import { makeTabs } from "./tabs.js";

let live = null;
const choices = new Choices(() => live?.restart());
live = new LivePanel(choices);
new FilePanel(choices);

makeTabs(document.querySelector('[role="tablist"]'), (panel) => {
  for (const id of ["lookahead-field", "heatmap-field", "mirror-field"]) element(id).hidden = panel !== "live";
  if (panel !== "live") live.stop();
});
paintScale(element("scale"));

function load() {
  tell(element("live-error"), null);
  choices.load().catch((error) => {
    const wanted = error instanceof KeyWanted;
    if (wanted) askForKey(load);
    const title = wanted ? "This service asks for a key" : "The list of networks could not be read";
    tell(element("live-error"), { title, detail: wanted ? "" : error.message });
  });
}
load();
