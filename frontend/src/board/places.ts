/** Where what is said over an element goes. Pure. */
import type { Drawn } from "./picked.ts";

/** In pixels: from the left or the right of what is seen, and how wide it may be there. */
export interface Place {
  id: string;
  from: "left" | "right";
  at: number;
  top: number;
  room: number;
}

/** What is kept free between it and the edges of what is seen, in pixels. */
const EDGE_PX = 8;
/** Below this width the editor has tools at its right edge, which are so wide; in pixels. */
const PHONE_PX = 730;
const TOOLS_PX = 40;
/** As high as it is, with what is below it, in pixels. */
const HIGH_PX = 34;

/**
 * Above each element, from its left end where it is on the left, else from its right end, so that there is room for
 * words; within what is seen of the board. None for what is out of sight.
 */
export function placesOf(
  elements: readonly Drawn[],
  toView: (x: number, y: number) => { x: number; y: number },
  seen: { width: number; height: number },
): Place[] {
  return elements.flatMap((element) => {
    const { left: x, top: y, right, bottom } = around(element);
    const [start, end] = [toView(x, y), toView(right, bottom)];
    if (end.x < 0 || end.y < 0 || start.x > seen.width || start.y > seen.height) return [];
    const from = start.x + end.x <= seen.width ? "left" : "right";
    const edge = seen.width < PHONE_PX ? TOOLS_PX : EDGE_PX;
    const at = Math.round(from === "left" ? Math.max(start.x, EDGE_PX) : Math.max(seen.width - end.x, edge));
    const top = Math.round(Math.max(start.y, HIGH_PX + EDGE_PX));
    return [
      {
        id: element.id,
        from,
        at,
        top,
        room: Math.round(seen.width) - at - (from === "left" ? edge : EDGE_PX),
      },
    ];
  });
}

/** The upright box around an element, turned or drawn backwards. */
function around({ x, y, width, height, angle = 0 }: Drawn) {
  const [sin, cos] = [Math.abs(Math.sin(angle)), Math.abs(Math.cos(angle))];
  const [across, high] = [Math.abs(width), Math.abs(height)];
  const centre = { x: x + width / 2, y: y + height / 2 };
  const [halfX, halfY] = [(across * cos + high * sin) / 2, (across * sin + high * cos) / 2];
  return {
    left: centre.x - halfX,
    right: centre.x + halfX,
    top: centre.y - halfY,
    bottom: centre.y + halfY,
  };
}
