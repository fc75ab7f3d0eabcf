// The last pictures, by their number, until their final answer has come.

const MOST = 48; // the longest look-ahead, and room for those that are dropped

export class KeptPictures {
  #pictures = new Map();

  /** @param {{bitmap: ImageBitmap, takenMs: number}} picture */
  put(seq, picture) {
    this.#pictures.set(seq, picture);
    for (const oldest of this.#pictures.keys()) {
      if (this.#pictures.size <= MOST) return;
      this.drop(oldest);
    }
  }

  get(seq) {
    return this.#pictures.get(seq);
  }

  drop(seq) {
    this.#pictures.get(seq)?.bitmap.close();
    this.#pictures.delete(seq);
  }

  clear() {
    for (const seq of [...this.#pictures.keys()]) this.drop(seq);
  }
}
