// One session of WS /v1/stream: options out, pictures out, answers in.

import { protocols } from "./key.js";

const UNANSWERED = 2; // pictures that may wait; more would only grow old on the way
const FAREWELL_MS = 5000; // for the finals, after stop

/** Where the stream is, beside the page. */
function address() {
  const url = new URL("v1/stream", document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}

/** Eight bytes, little endian: the capture time in microseconds. */
function head(timeMs) {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setBigUint64(0, BigInt(Math.round(timeMs * 1000)), true);
  return bytes.buffer;
}

export class PoseSocket {
  #socket;
  #on;
  #ready = false;
  #stopping = false;
  #told = false;
  #next = 0;
  #waiting = new Map(); // seq -> performance.now() when the picture was taken

  /**
   * @param {object} options members of the start message
   * @param {object} on `ready(message)`, `pose(message, sinceMs)`, `dropped(message)`, `refused(message)`,
   *   and once, at the end, `closed(problem or null)`
   */
  constructor(options, on) {
    this.#on = on;
    this.#socket = new WebSocket(address(), protocols());
    this.#socket.onopen = () => this.#say({ type: "start", ...options });
    this.#socket.onmessage = (event) => this.#take(JSON.parse(event.data));
    this.#socket.onclose = (event) => this.#over(event);
  }

  /** Whether another picture may be sent. */
  get free() {
    return this.#ready && !this.#stopping && this.#waiting.size < UNANSWERED;
  }

  /** Send a picture taken at `takenMs` (performance.now) and give its number. */
  send(picture, takenMs) {
    const seq = this.#next++;
    this.#waiting.set(seq, takenMs);
    this.#socket.send(new Blob([head(performance.timeOrigin + takenMs), picture]));
    return seq;
  }

  /** Ask for what is still owed; the server closes. */
  stop() {
    if (this.#stopping) return;
    this.#stopping = true;
    if (this.#socket.readyState !== WebSocket.OPEN) return this.close();
    this.#say({ type: "stop" });
    setTimeout(() => this.close(), FAREWELL_MS);
  }

  /** Leave at once. */
  close() {
    this.#stopping = true;
    this.#socket.close(1000);
  }

  #say(message) {
    this.#socket.send(JSON.stringify(message));
  }

  #take(message) {
    const takenMs = this.#waiting.get(message.seq);
    this.#waiting.delete(message.seq);
    switch (message.type) {
      case "ready":
        this.#ready = true;
        return this.#on.ready(message);
      case "pose":
        return this.#on.pose(message, takenMs === undefined ? null : performance.now() - takenMs);
      case "dropped":
        return this.#on.dropped(message);
      case "error":
        return message.seq === undefined ? this.#tell(message) : this.#on.refused(message);
      case "end":
        return undefined; // the server closes next
    }
  }

  #over(event) {
    this.#ready = false;
    const expected = this.#stopping || event.code === 1000;
    this.#tell(expected ? null : { title: "The connection was lost", detail: reason(event) });
  }

  #tell(problem) {
    if (this.#told) return;
    this.#told = true;
    this.#stopping = true;
    this.#on.closed(problem);
  }
}

function reason(event) {
  if (event.reason) return event.reason;
  return event.code === 1006 ? "The server cannot be reached." : `The server closed it (${event.code}).`;
}
