// What a live session does, in numbers.

const RATE_MS = 3000; // the frame rate is that of this last time
const MOST = 300; // latencies that a percentile is taken of
const NOT_SENT = "not sent"; // the page's own reason: two pictures were still unanswered

/** The value below which `part` of all lie; null of none. */
export function percentile(values, part) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

function push(values, value) {
  values.push(value);
  if (values.length > MOST) values.shift();
}

export class LiveStats {
  #answered = []; // performance.now() of first answers
  #latency = [];
  #server = [];
  #final = [];
  #drops = new Map();
  frames = 0;

  /** A picture's first answer, `sinceMs` after it was taken. */
  first(sinceMs, serverMs) {
    this.frames += 1;
    push(this.#answered, performance.now());
    push(this.#latency, sinceMs);
    push(this.#server, serverMs);
  }

  final(sinceMs) {
    push(this.#final, sinceMs);
  }

  drop(reason = NOT_SENT) {
    this.#drops.set(reason, (this.#drops.get(reason) ?? 0) + 1);
  }

  /** Frames a second at present; null when there are too few to tell. */
  get rate() {
    const since = performance.now() - RATE_MS;
    const recent = this.#answered.filter((time) => time >= since);
    if (recent.length < 3) return null;
    return (1000 * (recent.length - 1)) / (recent.at(-1) - recent[0]);
  }

  get summary() {
    return {
      rate: this.rate,
      p50: percentile(this.#latency, 0.5),
      p95: percentile(this.#latency, 0.95),
      server: percentile(this.#server, 0.5),
      finalAfter: percentile(this.#final, 0.5),
      dropped: [...this.#drops.values()].reduce((sum, count) => sum + count, 0),
      reasons: [...this.#drops].map(([reason, count]) => `${count} ${reason}`).join(", "),
    };
  }
}
