// Where live pictures come from: a camera, or a video file that plays.

const WANTED = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };

const REASONS = {
  NotAllowedError: ["The camera is not allowed", "Allow it in the browser's address bar, then start again."],
  NotFoundError: ["There is no camera", "Connect one, or play a video instead."],
  NotReadableError: ["The camera is in use", "Another program holds it. Close that, then start again."],
  OverconstrainedError: ["This camera is gone", "Choose another one."],
  SecurityError: ["The camera is not allowed", "The browser forbids it on this page."],
};

/** An error in words for people. */
export class CameraProblem extends Error {
  constructor(title, detail) {
    super(detail);
    this.title = title;
    this.detail = detail;
  }
}

/**
 * Show a camera in the video element.
 * @returns {Promise<() => void>} what lets go of the camera
 */
export async function openCamera(video, deviceId) {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new CameraProblem(
      "The camera needs a secure page",
      "Open this page over HTTPS, or at http://localhost on the machine that serves it.",
    );
  }
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "user" };
  const stream = await navigator.mediaDevices
    .getUserMedia({ video: { ...WANTED, ...which }, audio: false })
    .catch((error) => {
      throw new CameraProblem(...(REASONS[error.name] ?? ["The camera does not work", error.message]));
    });
  video.srcObject = stream;
  await video.play();
  return () => {
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
}

/** The cameras by name; empty before one was allowed. */
export async function listCameras() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter((device) => device.kind === "videoinput" && device.deviceId);
}

/**
 * Play a file in the video element, round and round.
 * @returns {Promise<() => void>} what lets go of the file
 */
export async function openFile(video, file) {
  const url = URL.createObjectURL(file);
  const release = () => {
    video.pause();
    video.removeAttribute("src");
    video.load();
    URL.revokeObjectURL(url);
  };
  video.src = url;
  video.loop = true;
  try {
    await video.play();
  } catch {
    release();
    throw new CameraProblem("This browser cannot play the video", "Send it under File: the server reads more.");
  }
  return release;
}
