/** Pins on a picture: small numbered marks that an issue of an offer can name. Pure. */
import { type Drawn, pinNumber } from "./picked.ts";

/** Across, in units of the board: three digits fit in. */
const PIN_SIZE = 44;
const PIN_FONT_SIZE = 16;
/** Dark enough for white digits. */
const PIN_COLOUR = "#c2255c";
const PIN_INK = "#ffffff";

export interface Point {
  x: number;
  y: number;
}

/** The number of the next pin on a board. */
export function nextPin(elements: readonly Drawn[]): number {
  return Math.max(0, ...elements.map((one) => (one.isDeleted ? 0 : (pinNumber(one) ?? 0)))) + 1;
}

/** Whether a point is on a picture, however it is turned. */
export function isOn({ x, y, width, height, angle = 0 }: Drawn, point: Point): boolean {
  const centre = { x: x + width / 2, y: y + height / 2 };
  const [dx, dy] = [point.x - centre.x, point.y - centre.y];
  const [cos, sin] = [Math.cos(-angle), Math.sin(-angle)];
  return (
    Math.abs(dx * cos - dy * sin) <= Math.abs(width) / 2 &&
    Math.abs(dx * sin + dy * cos) <= Math.abs(height) / 2
  );
}

/** A pin around a point, as the editor makes elements of. From afar it is larger, so that it can be read. */
export function aPin(id: string, number: number, { x, y }: Point, zoom: number) {
  const scale = Math.max(1, 1 / zoom);
  const size = PIN_SIZE * scale;
  return {
    type: "ellipse" as const,
    id,
    x: x - size / 2,
    y: y - size / 2,
    width: size,
    height: size,
    strokeColor: PIN_INK,
    backgroundColor: PIN_COLOUR,
    fillStyle: "solid" as const,
    strokeWidth: 2,
    roughness: 0,
    customData: { pin: number },
    label: { text: String(number), fontSize: PIN_FONT_SIZE * scale, strokeColor: PIN_INK },
  };
}
