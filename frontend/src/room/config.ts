/** What the page's template tells the island; documented in frontend/README.md. */
import type { ParticipantSide } from "../protocol/types.ts";

export interface RoomConfig {
  room: string;
  table: string;
  caucus: string | null;
  /** The stream of the room's board. */
  board: string | null;
  /** The stream of what one's own side draws over it. */
  layer: string | null;
  /** Where its picture is. */
  boardPictureUrl: string | null;
  title: string;
  socketUrl: string;
  language: string;
  side: ParticipantSide;
  person: string;
  /** Where an order's page is, with the nil UUID in place of its id; null when there is no such page. */
  orderUrl: string | null;
  listingUrl: string | null;
  /** REST: what the seller has on offer. */
  listingsUrl: string;
  /** REST: whom one may name. */
  peopleUrl: string;
  /** REST: what was said and offered in rooms; and the page for all of them. */
  searchUrl: string;
  searchPageUrl: string;
  /** REST: where files for messages go, and come from; and the token that such a request carries. */
  filesUrl: string;
  csrf: string;
  dealsUrl: string | null;
  /** The buyer's own: where the rooms of the request that opened this one stand side by side. */
  requestUrl?: string | null;
  evidenceUrl: string | null;
  /** REST: what belongs to this room, with a slash at its end. */
  roomUrl: string;
  /** Where anybody has a transcript checked. */
  verifyUrl: string | null;
  loginUrl: string;
  /** Where a guest makes an account. */
  accountUrl: string | null;
  /** The site's icon sprite. */
  iconsUrl: string;
}

function side(value: string | undefined): ParticipantSide {
  return value === "buyer" || value === "seller" ? value : "moderator";
}

/** Reads the data attributes. Throws Error when the page is not a room. */
export function readConfig(element: HTMLElement, location: Location): RoomConfig {
  const data = element.dataset;
  if (!data.room) throw new Error("#room has no data-room");
  const socket = new URL(data.socket || "/ws/", location.href);
  socket.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return {
    room: data.room,
    table: data.table || data.room,
    caucus: data.caucus || null,
    board: data.board || null,
    layer: data.layer || null,
    boardPictureUrl: data.boardPictureUrl || null,
    title: data.title ?? "",
    socketUrl: socket.href,
    language: data.language || "en",
    side: side(data.side),
    person: data.person ?? "",
    orderUrl: data.orderUrl || null,
    listingUrl: data.listingUrl || null,
    listingsUrl: data.listingsUrl || "/api/v1/listings",
    peopleUrl: data.peopleUrl || `/api/v1/rooms/${data.room}/people`,
    searchUrl: data.searchUrl || "/api/v1/rooms/search",
    searchPageUrl: data.searchPageUrl || "/rooms/search/",
    filesUrl: data.filesUrl || "",
    csrf: data.csrf ?? "",
    dealsUrl: data.dealsUrl || null,
    requestUrl: data.requestUrl || null,
    evidenceUrl: data.evidenceUrl || null,
    roomUrl: data.roomUrl || `/api/v1/rooms/${data.room}/`,
    verifyUrl: data.verifyUrl || null,
    loginUrl: data.loginUrl || "/",
    accountUrl: data.accountUrl || null,
    iconsUrl: data.icons || "/static/icons.svg",
  };
}

const NIL = "00000000-0000-0000-0000-000000000000";

export function orderHref(config: RoomConfig, order: string): string | null {
  return config.orderUrl?.replace(NIL, encodeURIComponent(order)) ?? null;
}
