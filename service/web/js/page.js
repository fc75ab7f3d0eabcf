// Small dealings with the elements of the page.

/** The element of this id. */
export const element = (id) => document.getElementById(id);

/** Show a problem in a notice, or hide the notice. */
export function tell(notice, problem) {
  notice.hidden = !problem;
  if (problem) notice.textContent = [problem.title, problem.detail].filter(Boolean).join(". ").replaceAll("..", ".");
}

/** A number in few digits, or a dash. */
export function number(value, unit = "", digits = 0) {
  return value === null || value === undefined ? "–" : `${value.toFixed(digits)}${unit}`;
}

/** Milliseconds, or seconds where they are many. */
export function duration(ms) {
  if (ms === null) return "–";
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
