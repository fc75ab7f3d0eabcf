// Confidence as a colour: from amber to teal, which also those tell apart who do not see red or green.

const LOW = [245, 166, 35];
const HIGH = [64, 224, 200];
const STEPS = 20;

const SHADES = Array.from({ length: STEPS + 1 }, (_, step) => {
  const part = step / STEPS;
  const [r, g, b] = LOW.map((low, i) => Math.round(low + (HIGH[i] - low) * part));
  return `rgb(${r} ${g} ${b})`;
});

/** The colour of a score in [0, 1]. */
export function colourOf(score) {
  return SHADES[Math.round(Math.min(1, Math.max(0, score)) * STEPS)];
}

/** Show all colours in a canvas, from left to right. */
export function paintScale(canvas) {
  const pen = canvas.getContext("2d");
  const fill = pen.createLinearGradient(0, 0, canvas.width, 0);
  SHADES.forEach((shade, step) => fill.addColorStop(step / STEPS, shade));
  pen.fillStyle = fill;
  pen.fillRect(0, 0, canvas.width, canvas.height);
}
