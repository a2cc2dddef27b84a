/**
 * What the proof asks of Excalidraw: a scene's picture, by the editor's own export.
 *
 * `exported({ longest, margin, frame, without })` gives the PNG of the scene that is `opened` as a data URL. With
 * `frame` (left, top, right, bottom, in the board's pixels) the picture shows that and its margin, whatever is on the
 * board. `around()` is what the scene takes up as Excalidraw exports it.
 */
import { exportToCanvas, getCommonBounds, restore } from "@excalidraw/excalidraw";

/** How far a frame's name reaches above it, which `getCommonBounds` leaves out: 3 pixels, and a line of 14 by 1.25. */
const NAME = 20.5;

/** As `getRootElements`: what lies in a frame does not reach out of it. */
const bounds = (elements) => {
  const frames = elements.filter(({ type }) => type === "frame" || type === "magicframe");
  const ids = new Set(frames.map(({ id }) => id));
  const [left, top, right, bottom] = getCommonBounds(elements.filter(({ frameId }) => !ids.has(frameId)));
  return [left, Math.min(top, ...frames.map(({ y }) => y - NAME)), right, bottom];
};

/** An element that nobody sees, and that holds a place. */
const holder = ([left, top, right, bottom]) => ({
  id: "holder",
  type: "rectangle",
  x: left,
  y: top,
  width: right - left,
  height: bottom - top,
  strokeColor: "transparent",
  backgroundColor: "transparent",
  roughness: 0,
});

const png = (canvas) => canvas.toDataURL("image/png");

const blank = (width, height) => Object.assign(document.createElement("canvas"), { width, height });

window.opened = (scene) => {
  const { elements, files } = restore(scene, null, null);
  const background = scene.appState?.viewBackgroundColor ?? "#ffffff";
  window.scene = { elements: elements.filter((one) => !one.isDeleted), files, background };
  return window.scene.elements;
};

window.pictures = async () => {
  const made = {};
  for (const { id, dataURL } of Object.values(window.scene.files)) {
    const image = new Image();
    image.src = dataURL;
    await image.decode();
    const canvas = blank(image.naturalWidth, image.naturalHeight);
    canvas.getContext("2d").drawImage(image, 0, 0);
    made[id] = png(canvas);
  }
  return made;
};

/** With all others known, for a text stands where its arrow is. */
window.boxed = (id) => {
  const all = new Map(window.scene.elements.map((one) => [one.id, one]));
  return getCommonBounds([all.get(id)], all);
};

window.around = () => bounds(window.scene.elements);

window.exported = async ({ without, longest, margin, frame }) => {
  const { elements, files, background } = window.scene;
  const shown = elements.filter(({ id }) => id !== without);
  const all = frame ? [...restore({ elements: [holder(frame)] }, null, null).elements, ...shown] : shown;
  const has = bounds(all);
  const [left, top, right, bottom] = frame ?? has;
  const scale = longest / (Math.max(right - left, bottom - top) + 2 * margin);
  const side = (length) => Math.round((length + 2 * margin) * scale);
  const canvas = await exportToCanvas({
    elements: all,
    files,
    appState: { exportBackground: true, viewBackgroundColor: background },
    exportPadding: margin,
    getDimensions: (width, height) => ({
      width: Math.round(width * scale),
      height: Math.round(height * scale),
      scale,
    }),
  });
  if (!frame || has.every((value, place) => value === frame[place])) return png(canvas);
  const cut = blank(side(right - left), side(bottom - top));
  cut.getContext("2d").fillStyle = background;
  cut.getContext("2d").fillRect(0, 0, cut.width, cut.height);
  cut.getContext("2d").drawImage(canvas, (has[0] - left) * scale, (has[1] - top) * scale);
  return png(cut);
};

window.EXCALIDRAW_ASSET_PATH = "/";
window.ready = true;
