// A file to POST /v1/poses, and its answer line by line while it is made.

import { bearing } from "./key.js";

// XMLHttpRequest, not fetch: it alone tells how much of the body has left.

/**
 * Send a file.
 * @param {object} on `sent(part)` of the file in [0, 1], `line(message, text)` for each line of the answer,
 *   and once, at the end, `closed(problem or null)`
 * @returns {() => void} what cancels it; then `closed` is not called
 */
export function upload(file, query, on) {
  const request = new XMLHttpRequest();
  const lines = new Lines((text) => {
    const message = JSON.parse(text);
    if (message.type === "error") lines.problem = message;
    else on.line(message, text);
    lines.ended ||= message.type === "end";
  });
  request.open("POST", `v1/poses?${new URLSearchParams({ ...query, format: "ndjson" })}`);
  request.setRequestHeader("Content-Type", file.type.startsWith("video/") ? file.type : "application/octet-stream");
  for (const [name, value] of Object.entries(bearing())) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded, total }) => on.sent(loaded / total);
  request.onprogress = () => request.status === 200 && lines.take(request.responseText);
  request.onload = () => on.closed(outcome(request, lines));
  request.onerror = () => on.closed({ title: "The connection broke", detail: "The server did not answer to the end." });
  request.send(file);
  return () => request.abort();
}

class Lines {
  problem = null;
  ended = false;
  #each;
  #read = 0;

  constructor(each) {
    this.#each = each;
  }

  /** Take what is new in a text that grows. */
  take(text) {
    for (let end = text.indexOf("\n", this.#read); end >= 0; end = text.indexOf("\n", this.#read)) {
      const line = text.slice(this.#read, end);
      this.#read = end + 1;
      this.#each(line);
    }
  }
}

function outcome(request, lines) {
  if (request.status === 200) {
    lines.take(request.responseText);
    if (lines.problem || lines.ended) return lines.problem;
    return { title: "The answer broke off", detail: "The server stopped before the end." };
  }
  try {
    const { title, detail } = JSON.parse(request.responseText);
    return { title, detail };
  } catch {
    return { title: "The server refused the video", detail: `It answered ${request.status}.` };
  }
}
