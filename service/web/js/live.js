// A live session: pictures of a video to the server, answers to whoever shows them.

import { everyPicture, Grabber, sentSize } from "./grabber.js";
import { KeptPictures } from "./kept.js";
import { PoseSocket } from "./protocol.js";
import { LiveStats } from "./stats.js";

export class LiveSession {
  stats = new LiveStats();
  edges = [];
  #video;
  #on;
  #socket;
  #grabber;
  #kept = new KeptPictures();
  #grabbing = false;
  #newest = -1;
  #halt;

  /**
   * @param {HTMLVideoElement} video that plays
   * @param {object} options of the start message
   * @param {object} on `ready(message)`, `picture(bitmap, message)` for each answer, `refused(problem)`,
   *   `resized()` when the video's size changed and a new session is needed, `closed(problem or null)`
   */
  constructor(video, options, on) {
    this.#video = video;
    this.#on = on;
    this.#grabber = new Grabber(sentSize(video));
    this.#socket = new PoseSocket(options, {
      ready: (message) => this.#ready(message),
      pose: (message, sinceMs) => this.#pose(message, sinceMs),
      dropped: (message) => this.#lost(message.seq, message.reason),
      refused: (message) => {
        this.#lost(message.seq, "refused");
        on.refused(message);
      },
      closed: (problem) => this.#closed(problem),
    });
    this.#halt = everyPicture(video, () => this.#look());
  }

  /** Send no more; the finals still come, then `closed`. */
  stop() {
    this.#halt();
    this.#socket.stop();
  }

  #ready(message) {
    this.edges = message.skeleton.edges;
    this.#on.ready(message);
  }

  async #look() {
    if (!this.#grabber.fits(sentSize(this.#video))) {
      this.#halt();
      return this.#on.resized();
    }
    if (this.#grabbing || !this.#socket.free) {
      if (this.edges.length) this.stats.drop();
      return;
    }
    this.#grabbing = true;
    try {
      const { bitmap, jpeg, takenMs } = await this.#grabber.grab(this.#video);
      if (this.#socket.free) this.#kept.put(this.#socket.send(jpeg, takenMs), { bitmap, takenMs });
      else bitmap.close();
    } finally {
      this.#grabbing = false;
    }
  }

  #pose(message, sinceMs) {
    const kept = this.#kept.get(message.seq);
    if (sinceMs !== null) this.stats.first(sinceMs, message.latency_ms);
    if (!kept) return;
    if (message.stage === "final") this.stats.final(performance.now() - kept.takenMs);
    const late = message.stage === "provisional" && message.seq < this.#newest;
    if (!late) this.#on.picture(kept.bitmap, message);
    this.#newest = Math.max(this.#newest, message.seq);
    if (message.stage === "final") this.#kept.drop(message.seq);
  }

  #lost(seq, reason) {
    this.stats.drop(reason);
    this.#kept.drop(seq);
  }

  #closed(problem) {
    this.#halt();
    this.#kept.clear();
    this.#on.closed(problem);
  }
}
