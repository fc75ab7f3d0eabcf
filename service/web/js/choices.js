// What the user chooses, and what it costs.

import { bearing } from "./key.js";
import { element } from "./page.js";

const USUAL_RATE = 30; // frames a second, until the true rate is known

/** The service asks for a key, or for another one. */
export class KeyWanted extends Error {}

export class Choices {
  #form = element("choices");
  #rate = null;
  #joints = new Map(); // model -> names
  #warped = new Set(); // models that have a PoseWarper

  /** @param {() => void} changed what a session is made with has changed */
  constructor(changed) {
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#form.addEventListener("change", (event) => event.target.name && changed());
    element("lookahead").addEventListener("input", () => this.#showCost());
    element("least").addEventListener("input", () => {
      element("least-value").textContent = this.least.toFixed(2);
    });
    element("model").addEventListener("change", () => this.#follow());
    this.#showCost();
  }

  /** Scores below this are not drawn. */
  get least() {
    return Number(element("least").value);
  }

  get mirrors() {
    return element("mirror").checked;
  }

  /** Members of the start message. */
  get live() {
    const heatmap = element("heatmap").value;
    const shown = heatmap ? { heatmap } : {};
    return { ...this.file, ...shown, people: Number(this.file.people), lookahead: this.#lookahead };
  }

  /** The query of an upload, which has its whole window. */
  get file() {
    const { model, flow, pooling, refine, people } = Object.fromEntries(new FormData(this.#form));
    return { ...(model ? { model } : {}), flow, pooling, refine, people };
  }

  get #lookahead() {
    return Number(element("lookahead").value);
  }

  /** Say at what rate frames are answered; null when unknown. */
  set rate(value) {
    this.#rate = value;
    this.#showCost();
  }

  /** Fill the list of networks; those that are not on the server cannot be chosen. */
  async load() {
    const answer = await fetch("v1/models", { headers: bearing() });
    if (answer.status === 401) throw new KeyWanted();
    if (!answer.ok) throw new Error(`/v1/models answered ${answer.status}`);
    const { models } = await answer.json();
    element("model").replaceChildren(
      ...models.map(({ name, present, default: chosen }) => {
        const option = new Option(present ? name : `${name} (not installed)`, name, chosen, chosen);
        option.disabled = !present;
        return option;
      }),
    );
    this.#joints = new Map(models.map(({ name, skeleton }) => [name, skeleton.joints]));
    this.#warped = new Set(models.filter((model) => model.warper_sha256).map(({ name }) => name));
    this.#follow();
    await this.#offerFlows();
  }

  /** Offer the flow methods of a card where there is one. */
  async #offerFlows() {
    const answer = await fetch("readyz");
    if (!answer.ok) return;
    const { flow_methods: here } = await answer.json();
    for (const option of this.#form.querySelectorAll("select[name=flow] option[hidden]")) {
      option.hidden = option.disabled = !here.includes(option.value);
    }
  }

  /** Offer what the chosen network can do. */
  #follow() {
    this.#listJoints();
    const warping = this.#form.querySelector("option[value=posewarper]");
    warping.disabled = !this.#warped.has(element("model").value);
    if (warping.disabled && warping.selected) warping.parentElement.value = "parametric";
  }

  /** The joints of the chosen network, the one that is looked at kept if it has it. */
  #listJoints() {
    const last = element("heatmap").value;
    const joints = this.#joints.get(element("model").value) ?? [];
    const options = joints.map((name) => new Option(name.replaceAll("_", " "), name, false, name === last));
    element("heatmap").replaceChildren(new Option("None", ""), ...options);
    if (joints.includes(last)) element("heatmap").value = last;
  }

  #showCost() {
    const rate = this.#rate ?? USUAL_RATE;
    const frames = this.#lookahead;
    const cost = Math.round((1000 * frames) / rate);
    element("lookahead-cost").textContent = frames ? `${frames} · ${cost} ms at ${Math.round(rate)} fps` : "0 · none";
  }
}
