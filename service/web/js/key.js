// The key of a service that asks for one: kept by the browser for this tab, until it is closed.

import { element } from "./page.js";

const PLACE = "flowpose-key";
const PROTOCOL = "flowpose.v1";

const kept = () => sessionStorage.getItem(PLACE);

/** Headers of a request; none without a key. */
export const bearing = () => (kept() ? { Authorization: `Bearer ${kept()}` } : {});

/** Sub-protocols of a socket, which can have no headers. */
export const protocols = () => (kept() ? [PROTOCOL, `bearer.${kept()}`] : [PROTOCOL]);

/** Ask for the key as soon as the service does. @param {() => void} changed there is another one */
export function askForKey(changed) {
  const field = element("key");
  if (!element("key-field").hidden) return;
  element("key-field").hidden = false;
  field.addEventListener("change", () => {
    sessionStorage.setItem(PLACE, field.value.trim());
    field.value = "";
    field.placeholder = "kept for this tab";
    changed();
  });
}
