// A video file that plays under the skeletons found in it.

import { drawPeople, fit } from "./draw.js";
import { everyPicture } from "./grabber.js";

const HOLD_S = 0.15; // playing waits when it comes so near to what is answered

export class Player {
  #film;
  #over;
  #results = null;
  #url = null;
  #least;
  #offset = null; // file time less player time: browsers begin at 0, files need not
  #held = false;
  #forget = () => {};

  /** @param {() => number} least score to draw */
  constructor(film, over, least) {
    this.#film = film;
    this.#over = over;
    this.#least = least;
    new ResizeObserver(() => this.refresh()).observe(film);
    film.addEventListener("seeked", () => this.refresh());
  }

  /** Show a file; resolves to whether this browser can. */
  async open(file, results) {
    this.close();
    this.#results = results;
    this.#url = URL.createObjectURL(file);
    this.#film.src = this.#url;
    const works = await new Promise((done) => {
      this.#film.onloadeddata = () => done(true);
      this.#film.onerror = () => done(false);
    });
    this.#film.hidden = !works;
    if (works) this.#forget = everyPicture(this.#film, () => this.refresh());
    return works;
  }

  close() {
    this.#forget();
    this.#film.onerror = null;
    this.#film.removeAttribute("src");
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#offset = null;
    this.#held = false;
  }

  /** New frames have been answered; `complete` when these were the last. */
  grown(complete) {
    const { readyState, duration, currentTime } = this.#film;
    if (readyState < 2) return;
    const first = this.#offset === null;
    this.#offset ??= this.#results.start;
    const ahead = this.#results.last - this.#offset - currentTime;
    if (first || (this.#held && (complete || ahead > Math.min(1, duration / 4)))) {
      this.#held = false;
      this.#film.play().catch(() => {}); // a browser that wants a click first has its own button
    } else if (!complete && !this.#film.paused && ahead < HOLD_S) {
      this.#held = true;
      this.#film.pause();
    }
    this.refresh();
  }

  /** Draw the skeletons of the picture shown. */
  refresh() {
    const { videoWidth: width, videoHeight: height, currentTime } = this.#film;
    if (!width || !this.#results) return;
    const scale = fit(this.#over, width, height);
    const pen = this.#over.getContext("2d");
    pen.clearRect(0, 0, this.#over.width, this.#over.height);
    const frame = this.#results.at(currentTime + (this.#offset ?? 0));
    if (!frame) return;
    const style = { edges: this.#results.header.skeleton.edges, least: this.#least(), solid: true };
    drawPeople(pen, frame.people, { ...style, scale, unit: this.#over.width / 640 });
    this.#over.dataset.frame = frame.index;
  }
}
