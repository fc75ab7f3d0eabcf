// A picture and the skeletons that belong to it.

import { colourOf } from "./colour.js";
import { drawHeat } from "./heat.js";

const THIN = { bone: 1.5, joint: 2.5 }; // of a picture 640 pixels wide
const THICK = { bone: 4, joint: 4.5 };
const EDGE = "rgb(0 0 0 / 45%)"; // keeps the lines apart from a bright picture

/**
 * Fit a canvas to the room it has, in true pixels, and give the scale from picture to canvas.
 * The style sheet centres it.
 */
export function fit(canvas, width, height) {
  const { clientWidth, clientHeight } = canvas;
  const wanted = Math.min(clientWidth / width, clientHeight / height) * devicePixelRatio || 1;
  const columns = Math.round(width * wanted);
  const rows = Math.round(height * wanted);
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  return columns / width;
}

/** Draw a picture, then everybody in it, and the heatmap of a joint if there is one. */
export function paint(canvas, bitmap, people, style) {
  const scale = fit(canvas, bitmap.width, bitmap.height);
  const pen = canvas.getContext("2d");
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  for (const { heatmap } of people) if (heatmap) drawHeat(pen, heatmap, scale);
  drawPeople(pen, people, { ...style, scale, unit: canvas.width / 640 });
}

/**
 * Draw skeletons.
 * @param {object} style `edges` of the skeleton, `least` score to draw, `solid` or not,
 *   `scale` from picture to canvas, `unit` of line widths
 */
export function drawPeople(pen, people, style) {
  const { bone, joint } = style.solid ? THICK : THIN;
  pen.lineCap = "round";
  for (const person of people) {
    const shown = person.joints.map(([x, y, score]) => [x * style.scale, y * style.scale, score]);
    for (const [from, to] of style.edges) {
      drawBone(pen, shown[from], shown[to], Math.max(1, bone * style.unit), style.least);
    }
    for (const [x, y, score] of shown) {
      if (score >= style.least) drawJoint(pen, x, y, colourOf(score), Math.max(1.5, joint * style.unit));
    }
  }
}

function drawBone(pen, [x0, y0, score0], [x1, y1, score1], width, least) {
  const score = Math.min(score0, score1);
  if (score < least) return;
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  stroke(pen, EDGE, width + 2);
  stroke(pen, colourOf(score), width);
}

function stroke(pen, colour, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

function drawJoint(pen, x, y, colour, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  stroke(pen, EDGE, 2);
  pen.fillStyle = colour;
  pen.fill();
}
