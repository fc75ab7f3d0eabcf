// The answer about a video, kept as the lines that came; they are small beside what they say.

const COLUMNS = "frame,time_s,person,joint,x,y,score";
const KIND = /^\{"type":"\w+",/;

export class Results {
  header = null;
  #headerLine = "";
  #lines = [];
  #times = [];

  get frames() {
    return this.#lines.length;
  }

  /** Time of the first frame, in seconds of the file; 0 before there is one. */
  get start() {
    return this.#times[0] ?? 0;
  }

  /** Time of the last frame that is answered. */
  get last() {
    return this.#times.at(-1) ?? -1;
  }

  take(message, text) {
    if (message.type === "header") {
      this.header = message;
      this.#headerLine = text;
    } else if (message.type === "frame") {
      this.#lines.push(text);
      this.#times.push(message.time_s);
    }
  }

  /** The frame shown at a time: the nearest one, or null if that is not there yet. */
  at(time) {
    let low = 0;
    let high = this.#times.length;
    if (high === 0 || time > this.last + 0.1) return null;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#times[middle] <= time) low = middle;
      else high = middle;
    }
    const next = Math.min(low + 1, this.#times.length - 1);
    const nearest = this.#times[next] - time < time - this.#times[low] ? next : low;
    return JSON.parse(this.#lines[nearest]);
  }

  /** The same document that `format=json` gives. */
  json() {
    const parts = [this.#headerLine.replace(KIND, "{").replace(/\}\s*$/, ',"frames":[\n')];
    this.#lines.forEach((line, i) => parts.push(line.replace(KIND, "{"), i + 1 < this.#lines.length ? ",\n" : "\n"));
    return new Blob([...parts, "]}\n"], { type: "application/json" });
  }

  /** The same table that `format=csv` gives. */
  csv() {
    const names = this.header.skeleton.joints;
    const parts = [`${COLUMNS}\r\n`];
    for (const { index, time_s, people } of this.#lines.map((line) => JSON.parse(line))) {
      for (const { id, joints } of people) {
        joints.forEach((joint, i) => parts.push(`${[index, time_s, id, names[i], ...joint].join(",")}\r\n`));
      }
    }
    return new Blob(parts, { type: "text/csv" });
  }
}
