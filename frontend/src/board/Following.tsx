/** Says whom one follows and by whom one is followed, and lets keys and screen readers follow people too. */
import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { type DrawingDictionary, useDrawingLanguage } from "../i18n/useDrawingLanguage.ts";
import { personName, useRoom } from "../room/context.ts";
import { useFollow } from "./useFollow.ts";
import { mark } from "./useNamed.ts";

interface FollowingProps {
  api: ExcalidrawImperativeAPI | null;
  stream: string;
}

export function Following({ api, stream }: FollowingProps): ReactNode {
  const { t } = useDrawingLanguage();
  const { view, table } = useRoom();
  const { person, followers, letGo } = useFollow(api, stream);
  const part = useRef<HTMLDivElement>(null);
  useFaces(part, api, t);
  const name = (id: string): string => personName(table, view, id, t);
  return (
    <div className="board-follow" ref={part}>
      <div role="status">
        {person && <span>{t.boardFollowing(name(person))}</span>}
        {person && followers.length > 0 && " · "}
        {followers.length > 0 && <span>{t.boardFollowedBy(followers.map(name))}</span>}
      </div>
      {person && (
        <button type="button" className="btn btn-xs" onClick={letGo}>
          {t.boardFollowStop}
        </button>
      )}
    </div>
  );
}

/** The editor's faces of the others answer to a mouse alone, and say two letters: they are made buttons with names. */
function useFaces(
  part: RefObject<HTMLElement | null>,
  api: ExcalidrawImperativeAPI | null,
  t: DrawingDictionary,
): void {
  useEffect(() => {
    const editor = part.current?.parentElement;
    if (!api || !editor) return undefined;
    const look = (): void => nameFaces(editor, api, t);
    const press = (event: KeyboardEvent): void => {
      const face = event.target as HTMLElement;
      if (!face.matches(FACE) || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      event.stopPropagation(); // the editor has other uses for these keys
      face.click();
    };
    const observer = new MutationObserver(look);
    observer.observe(editor, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["class"],
    });
    editor.addEventListener("keydown", press, { capture: true });
    look();
    return () => {
      observer.disconnect();
      editor.removeEventListener("keydown", press, { capture: true });
    };
  }, [part, api, t]);
}

const ALONE = ".UserList__collaborator--avatar-only > .Avatar";
const LISTED = ".UserList__collaborators .UserList__collaborator";
const FACE = `${ALONE}, ${LISTED}`;

function nameFaces(editor: HTMLElement, api: ExcalidrawImperativeAPI, t: DrawingDictionary): void {
  // Both have all people in the editor's order; what does not fit into the row is in the list alone.
  const names = [...api.getAppState().collaborators.values()].map(({ username }) => username ?? "");
  for (const kind of [ALONE, LISTED]) {
    for (const [at, face] of editor.querySelectorAll<HTMLElement>(kind).entries()) {
      const label = face.querySelector(".UserList__collaborator-name")?.textContent ?? names[at] ?? "";
      mark(face, {
        ...{ role: "button", tabindex: "0", "aria-label": t.boardFollow(label) },
        "aria-pressed": String(face.classList.contains("is-followed")),
      });
    }
  }
}
