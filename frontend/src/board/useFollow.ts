/** Following somebody's view in Excalidraw, and being followed. */
import { CaptureUpdateAction } from "@excalidraw/excalidraw";
import type { ExcalidrawImperativeAPI, SocketId } from "@excalidraw/excalidraw/types";
import { useEffect, useRef, useState } from "react";
import { useRoom } from "../room/context.ts";
import { Follow, type Viewport } from "./follow.ts";

export interface Followed {
  /** Whom one follows. */
  person: string | null;
  /** Who follows this person. */
  followers: readonly string[];
  letGo: () => void;
}

const NEVER = CaptureUpdateAction.NEVER;
const NOBODY = { appState: { userToFollow: null }, captureUpdate: NEVER };

function viewportOf(api: ExcalidrawImperativeAPI): Viewport {
  return {
    framed: () => api.getAppState(),
    // The editor takes a zoom of its own kind of number.
    go: ({ scrollX, scrollY, zoom }) =>
      api.updateScene({
        appState: { scrollX, scrollY, zoom: zoom as ReturnType<typeof api.getAppState>["zoom"] },
        captureUpdate: NEVER,
      }),
    letGo: () => api.updateScene(NOBODY),
  };
}

export function useFollow(api: ExcalidrawImperativeAPI | null, stream: string): Followed {
  const { store, view, connected } = useRoom();
  const [person, setPerson] = useState<string | null>(null);
  const [followers, setFollowers] = useState<readonly string[]>([]);
  const follow = useRef<Follow | null>(null);
  /** Whom one followed when the line went down: the editor forgets who is not there. */
  const lost = useRef<{ id: string; name: string } | null>(null);
  const you = view.you.id;
  useEffect(() => {
    if (!api) return undefined;
    const own = new Follow(you, viewportOf(api), (said) => store.sign({ ...said, stream }), setFollowers);
    follow.current = own;
    const stops = [
      api.onScrollChange(() => own.moved()),
      // A board that is closed is hidden, and nobody looks at it.
      api.onChange((_, { width, userToFollow }) => {
        if (width === 0 && userToFollow) api.updateScene(NOBODY);
      }),
      api.onUserFollow(({ action, userToFollow: { socketId, username } }) => {
        const next = action === "FOLLOW" ? socketId : null;
        if (!next && store.getView().connection.state !== "open")
          lost.current = { id: socketId, name: username };
        else lost.current = null;
        setPerson(next);
        own.follow(next);
      }),
      store.onSign((sign) => {
        if (sign.stream === stream && sign.data) own.take(sign.by, sign.kind, sign.data);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      own.stop();
    };
  }, [api, store, stream, you]);
  const present = view.present[stream];
  useEffect(() => {
    if (!connected || !present) return;
    follow.current?.present(present);
    const before = lost.current;
    lost.current = null;
    if (!api || !before || !present.includes(before.id)) return;
    const userToFollow = { socketId: before.id as SocketId, username: before.name };
    api.updateScene({ appState: { userToFollow }, captureUpdate: NEVER });
  }, [api, connected, present]);
  return { person, followers, letGo: () => api?.updateScene(NOBODY) };
}
