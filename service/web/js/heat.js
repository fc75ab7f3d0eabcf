// One joint's pooled heatmap as a glow over the picture.

const GLOW = [255, 120, 40]; // of a full cell
const STRONGEST = 200; // of 255: the picture stays visible
const canvas = new OffscreenCanvas(1, 1);

/**
 * Lay a heatmap over what is drawn.
 * @param {object} heatmap of a person in a `pose` message
 * @param {number} scale from picture to canvas
 */
export function drawHeat(pen, { size, to_frame: [[a, b, c], [d, e, f]], values }, scale) {
  canvas.width = canvas.height = size;
  const glow = new ImageData(size, size);
  const bytes = atob(values);
  for (let cell = 0; cell < bytes.length; cell++) {
    const value = bytes.charCodeAt(cell) / 255;
    glow.data.set([...GLOW, Math.round(STRONGEST * Math.sqrt(value))], 4 * cell);
  }
  canvas.getContext("2d").putImageData(glow, 0, 0);
  pen.save();
  // Cell centres are at whole numbers, the picture's corner is half a cell before the first.
  pen.setTransform(scale * a, scale * d, scale * b, scale * e, scale * c, scale * f);
  pen.drawImage(canvas, -0.5, -0.5);
  pen.restore();
}
