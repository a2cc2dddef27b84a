/** The others on the board: who is there, and where their pointers are. */
import type { Collaborator, ExcalidrawImperativeAPI, SocketId } from "@excalidraw/excalidraw/types";
import { useCallback, useEffect, useRef } from "react";
import type { Cursor } from "../protocol/commands.ts";
import type { Participant } from "../protocol/types.ts";
import { useRoom } from "../room/context.ts";
import { SIGN_EVERY_MS } from "./BoardSync.ts";

/** The sides' own colours as hues, in degrees: tens, as the editor has no others. */
const HUES: Record<Participant["side"], number> = { buyer: 220, seller: 30, moderator: 160 };

type Pointer = Pick<Cursor, "x" | "y" | "tool" | "pressed">;

/** The editor makes a colour of a collaborator's id and takes no other: an id of this person that has this hue. */
export function idWithHue(person: string, hue: number): string {
  for (let suffix = 0; ; suffix += 1) {
    const id = `${person}:${suffix}`;
    let hash = 0;
    for (const letter of id) hash = (hash << 5) - hash + letter.charCodeAt(0);
    if ((Math.abs(hash) % 37) * 10 === hue) return id;
  }
}

export function useCollaborators(api: ExcalidrawImperativeAPI | null, stream: string): void {
  const { store, view, table } = useRoom();
  const pointers = useRef(new Map<string, Pointer>());
  const present = view.present[stream];
  const participants = table?.participants;
  const you = view.you.id;
  const show = useCallback(() => {
    if (!api) return;
    const collaborators = new Map<SocketId, Collaborator>();
    for (const id of present ?? []) {
      const person = participants?.find((one) => one.id === id);
      const at = pointers.current.get(id);
      if (id === you || !person) continue;
      collaborators.set(id as SocketId, {
        id: idWithHue(id, HUES[person.side]),
        username: person.name,
        button: at?.pressed ? "down" : "up",
        ...(at ? { pointer: { x: at.x, y: at.y, tool: at.tool ?? "pointer" } } : {}),
      });
    }
    api.updateScene({ collaborators });
  }, [api, present, participants, you]);
  useEffect(() => {
    for (const id of pointers.current.keys()) if (!present?.includes(id)) pointers.current.delete(id);
    show();
  }, [present, show]);
  useEffect(
    () =>
      store.onSign((sign) => {
        if (sign.stream !== stream || sign.kind !== "cursor" || !sign.data) return;
        pointers.current.set(sign.by, sign.data as unknown as Pointer);
        show();
      }),
    [store, stream, show],
  );
}

/** Tells the others where one's own pointer is. */
export function useOwnCursor(stream: string): (pointer: Pointer) => void {
  const { store } = useRoom();
  const waiting = useRef<{ pointer: Pointer; timer: ReturnType<typeof setTimeout> } | null>(null);
  useEffect(() => () => clearTimeout(waiting.current?.timer), []);
  return useCallback(
    ({ x, y, tool, pressed }: Pointer) => {
      if (!store.mayDraw(stream)) return;
      const pointer = { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10, tool, pressed } as Pointer;
      if (waiting.current) {
        waiting.current.pointer = pointer;
        return;
      }
      const timer = setTimeout(() => {
        const last = waiting.current?.pointer ?? pointer;
        waiting.current = null;
        store.sign({ t: "cursor", stream, ...last });
      }, SIGN_EVERY_MS);
      waiting.current = { pointer, timer };
    },
    [store, stream],
  );
}
