// A playing video's pictures, small enough to send.

const LONGER_SIDE = 640; // pixels; the networks look at 256
const QUALITY = 0.85;

/** Call `look` for each new picture of the video, until it is told to stop. */
export function everyPicture(video, look) {
  let wanted = true;
  const ask = video.requestVideoFrameCallback
    ? (then) => video.requestVideoFrameCallback(then)
    : (then) => requestAnimationFrame(then);
  const turn = () => {
    if (!wanted) return;
    look();
    ask(turn);
  };
  ask(turn);
  return () => {
    wanted = false;
  };
}

/** The size at which a video is sent. */
export function sentSize(video) {
  const { videoWidth: width, videoHeight: height } = video;
  const scale = Math.min(1, LONGER_SIDE / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

export class Grabber {
  #canvas = document.createElement("canvas");
  #pen;

  constructor({ width, height }) {
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#pen = this.#canvas.getContext("2d", { alpha: false });
  }

  fits({ width, height }) {
    return width === this.#canvas.width && height === this.#canvas.height;
  }

  /** The picture that the video shows now: as JPEG, as a bitmap to draw, and when it was. */
  async grab(video) {
    const { width, height } = this.#canvas;
    this.#pen.drawImage(video, 0, 0, width, height);
    const takenMs = performance.now();
    const [bitmap, jpeg] = await Promise.all([
      createImageBitmap(this.#canvas),
      new Promise((done) => this.#canvas.toBlob(done, "image/jpeg", QUALITY)),
    ]);
    return { bitmap, jpeg, takenMs };
  }
}
