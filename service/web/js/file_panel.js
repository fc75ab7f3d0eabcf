// The side of the page for a whole file: upload, progress, play, download.

import { element, tell } from "./page.js";
import { Player } from "./player.js";
import { Results } from "./results.js";
import { upload } from "./upload.js";

export class FilePanel {
  #choices;
  #player;
  #results = null;
  #cancel = null;
  #name = "video";
  #estimated = null;
  #links = [];

  constructor(choices) {
    this.#choices = choices;
    this.#player = new Player(element("film"), element("over"), () => choices.least);
    for (const id of ["upload", "upload-again"]) {
      element(id).addEventListener("change", ({ target }) => {
        const [file] = target.files;
        target.value = "";
        if (file) this.#send(file);
      });
    }
    element("cancel").addEventListener("click", () => this.#stop("Cancelled"));
    element("least").addEventListener("input", () => this.#player.refresh());
    this.#takeDrops(element("screen"));
  }

  #takeDrops(target) {
    const mark = (on) => element("drop").classList.toggle("over-it", on);
    target.addEventListener("dragover", (event) => {
      event.preventDefault();
      mark(true);
    });
    target.addEventListener("dragleave", () => mark(false));
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      const [file] = event.dataTransfer.files;
      if (file) this.#send(file);
    });
  }

  async #send(file) {
    this.#stop("");
    this.#name = file.name.replace(/\.[^.]*$/, "") || "video";
    this.#estimated = null;
    const results = (this.#results = new Results());
    this.#begin();
    this.#cancel = upload(file, this.#choices.file, {
      sent: (part) => this.#sent(part),
      line: (message, text) => this.#line(message, text),
      closed: (problem) => this.#closed(problem),
    });
    const shows = await this.#player.open(file, results);
    if (results === this.#results) element("screen").dataset.state = shows ? "film" : "idle";
    if (shows && results.frames) this.#player.grown(!this.#cancel);
  }

  #begin() {
    tell(element("file-error"), null);
    this.#links.splice(0).forEach((url) => URL.revokeObjectURL(url));
    element("json").hidden = element("csv").hidden = true;
    element("cancel").hidden = element("progress-row").hidden = false;
    this.#say("Sending");
  }

  #sent(part) {
    if (this.#results.header) return;
    element("progress").value = part;
    this.#say(part < 1 ? `Sending, ${Math.round(100 * part)} %` : "Sent; the server opens it");
  }

  #line(message, text) {
    this.#results.take(message, text);
    if (message.type === "header") {
      this.#estimated = message.video.frames_estimated;
      element("screen").style.aspectRatio = `${message.video.width} / ${message.video.height}`;
    }
    if (message.type === "end") return;
    this.#showProgress();
    if (message.type === "frame") this.#player.grown(false);
  }

  #showProgress() {
    const done = this.#results.frames;
    if (this.#estimated) element("progress").value = Math.min(1, done / this.#estimated);
    else element("progress").removeAttribute("value");
    this.#say(`${done}${this.#estimated ? ` of ${this.#estimated}` : ""} frames`);
  }

  #closed(problem) {
    this.#cancel = null;
    element("cancel").hidden = element("progress-row").hidden = true;
    tell(element("file-error"), problem);
    const { frames, header } = this.#results;
    this.#say(frames ? `${frames} frames done` : "");
    if (!frames) return;
    this.#offer("json", this.#results.json());
    this.#offer("csv", this.#results.csv());
    element("screen").dataset.frames = frames;
    element("screen").dataset.model = header.model.name;
    this.#player.grown(true);
  }

  #offer(kind, blob) {
    const link = element(kind);
    link.href = URL.createObjectURL(blob);
    link.download = `${this.#name}.poses.${kind}`;
    link.hidden = false;
    this.#links.push(link.href);
  }

  #stop(told) {
    this.#cancel?.();
    this.#cancel = null;
    element("cancel").hidden = element("progress-row").hidden = true;
    this.#say(told);
  }

  #say(text) {
    element("file-status").textContent = text;
  }
}
