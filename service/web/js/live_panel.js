// The live side of the page: buttons, the two views and the figures.

import { CameraProblem, listCameras, openCamera, openFile } from "./camera.js";
import { paint } from "./draw.js";
import { LiveSession } from "./live.js";
import { duration, element, number, tell } from "./page.js";

const REFRESH_MS = 250; // of the figures
const NOSE = 0;

export class LivePanel {
  #choices;
  #video = document.createElement("video");
  #release = null; // lets go of the camera or file
  #session = null;
  #file = null; // the video that plays; null is the camera
  #timer;
  #stopping = false;

  constructor(choices) {
    this.#choices = choices;
    this.#video.muted = true;
    this.#video.playsInline = true;
    element("start").addEventListener("click", () => (this.#release ? this.stop() : this.#start(null)));
    element("pick").addEventListener("change", ({ target }) => {
      const [file] = target.files;
      target.value = "";
      if (file) this.#start(file);
    });
    element("cameras").addEventListener("change", () => this.#start(null));
    element("mirror").addEventListener("change", () => this.#mirror());
    element("swap").addEventListener("click", () => this.#swap());
  }

  /** Take up other choices while running. */
  restart() {
    if (this.#release && !this.#stopping) this.#connect();
  }

  stop() {
    if (!this.#release) return;
    this.#stopping = true;
    this.#say("Stopping");
    this.#session?.stop();
    this.#letGo();
    if (!this.#session) this.#stopped(null);
  }

  async #start(file) {
    this.#letGo();
    this.#stopping = false;
    this.#file = file;
    element("start").disabled = true;
    tell(element("live-error"), null);
    this.#say(file ? "Opening the video" : "Asking for the camera");
    try {
      this.#release = file ? await openFile(this.#video, file) : await openCamera(this.#video, element("cameras").value);
      this.#connect();
      await this.#showCameras();
    } catch (error) {
      this.#stopped(error instanceof CameraProblem ? error : { title: "It could not start", detail: error.message });
    }
    element("start").disabled = false;
    this.#showButton();
  }

  #connect() {
    const last = this.#session;
    const session = new LiveSession(this.#video, this.#choices.live, {
      ready: (message) => session === this.#session && this.#ready(message),
      picture: (bitmap, message) => session === this.#session && this.#show(bitmap, message, session.edges),
      refused: (problem) => tell(element("live-error"), problem),
      resized: () => this.#connect(),
      closed: (problem) => session === this.#session && this.#stopped(problem),
    });
    this.#session = session;
    last?.stop();
    this.#mirror();
    this.#say("Connecting");
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#figures(), REFRESH_MS);
  }

  #ready({ stages }) {
    const two = stages.length > 1;
    element("refined").parentElement.hidden = !two;
    element("swap").hidden = !two;
    this.#say(this.#file ? `Playing ${this.#file.name}` : "Live");
  }

  #show(bitmap, message, edges) {
    const stage = element("stage");
    stage.dataset.state = "live";
    const shape = `${bitmap.width} / ${bitmap.height}`;
    stage.style.aspectRatio = shape;
    stage.style.setProperty("--shape", shape);
    const alone = element("refined").parentElement.hidden;
    const solid = message.stage === "final";
    const canvas = element(solid && !alone ? "refined" : "now");
    paint(canvas, bitmap, message.people, { edges, least: this.#choices.least, solid });
    const nose = message.people[0]?.joints[NOSE];
    Object.assign(canvas.dataset, { seq: message.seq, stage: message.stage, people: message.people.length });
    Object.assign(canvas.dataset, { nose: nose ? nose.join(" ") : "", scale: canvas.width / bitmap.width });
  }

  #figures() {
    const { rate, p50, p95, server, finalAfter, dropped, reasons } = this.#session.stats.summary;
    element("fps").textContent = number(rate, "", 1);
    element("p50").textContent = duration(p50);
    element("p95").textContent = duration(p95);
    element("server").textContent = duration(server);
    element("final-after").textContent = duration(finalAfter);
    element("behind").textContent = finalAfter === null ? "" : `, ${(finalAfter / 1000).toFixed(2)} s`;
    element("dropped").textContent = String(dropped);
    element("reasons").textContent = reasons;
    this.#choices.rate = rate;
  }

  #stopped(problem) {
    clearInterval(this.#timer);
    const frames = this.#session?.stats.frames;
    if (this.#session) this.#figures();
    this.#session = null;
    this.#letGo();
    tell(element("live-error"), problem);
    this.#say(frames ? `Stopped after ${frames} frames` : "");
    this.#showButton();
  }

  #letGo() {
    this.#release?.();
    this.#release = null;
    this.#showButton();
  }

  async #showCameras() {
    const cameras = await listCameras();
    const used = this.#video.srcObject?.getVideoTracks()[0].getSettings().deviceId;
    element("cameras-label").hidden = cameras.length < 2;
    element("cameras").replaceChildren(
      ...cameras.map(({ deviceId, label }, i) => new Option(label || `Camera ${i + 1}`, deviceId, false, deviceId === used)),
    );
  }

  #showButton() {
    element("start").textContent = this.#release ? "Stop" : "Start camera";
  }

  #mirror() {
    const mirrored = this.#choices.mirrors && !this.#file;
    for (const id of ["now", "refined"]) element(id).parentElement.classList.toggle("mirrored", mirrored);
  }

  #swap() {
    for (const id of ["now", "refined"]) {
      const { classList } = element(id).parentElement;
      classList.toggle("large");
      classList.toggle("small");
    }
  }

  #say(text) {
    element("live-status").textContent = text;
  }
}
