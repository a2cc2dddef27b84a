/** The files of the message that is being written: how they come, how far they are, and what went wrong. */
import {
  type ChangeEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useRoom } from "../context.ts";
import { fileSize } from "../files.ts";
import type { Upload } from "../uploads.ts";
import { useRefusalWords } from "./Basics.tsx";
import { useAccountHref } from "./Guest.tsx";
import { Icon } from "./Icon.tsx";

/** What a chooser offers first; the server looks at what a file is. */
const ACCEPT =
  "image/jpeg,image/png,image/gif,image/webp,.pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp,.txt,.md,.csv,.tsv";

export interface Files {
  uploads: Upload[];
  add: (files: Iterable<File>) => void;
  /** Why the message cannot be sent yet. */
  waits: "underWay" | "failed" | null;
}

export function useFiles(stream: string): Files {
  const { store } = useRoom();
  const all = store.uploads;
  const uploads = useSyncExternalStore(all.subscribe, () => all.of(stream));
  const add = useCallback((files: Iterable<File>) => all.add(stream, files), [all, stream]);
  const failed = uploads.some(({ state }) => state === "failed");
  const underWay = uploads.some(({ state }) => state !== "failed" && state !== "ready");
  return { uploads, add, waits: failed ? "failed" : underWay ? "underWay" : null };
}

export function AddFiles({ add }: { add: Files["add"] }): ReactNode {
  const { t } = useLanguage();
  const input = useRef<HTMLInputElement>(null);
  if (useAccountHref()) return null; // files need an account
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPT}
        aria-label={t.message.files.add}
        onChange={(event: ChangeEvent<HTMLInputElement>) => {
          add([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = ""; // the same file can be chosen again
        }}
      />
      <button
        type="button"
        className="icon-button composer-add"
        aria-label={t.message.files.add}
        title={t.message.files.add}
        onClick={() => input.current?.click()}
      >
        <Icon name="paperclip" />
      </button>
    </>
  );
}

export function Tray({ files }: { files: Files }): ReactNode {
  const { t } = useLanguage();
  const { uploads, waits } = files;
  if (uploads.length === 0) return null;
  return (
    <div className="tray">
      <ul className="tray-list" aria-label={t.message.files.tray}>
        {uploads.map((upload) => (
          <Item key={upload.id} upload={upload} />
        ))}
      </ul>
      {waits && (
        <p className="tray-note faint" role="status">
          {t.message.files[waits]}
        </p>
      )}
    </div>
  );
}

function Item({ upload }: { upload: Upload }): ReactNode {
  const { t, code } = useLanguage();
  const { store } = useRoom();
  const words = useRefusalWords();
  const { id, name, bytes, state, percent, reason, preview } = upload;
  const f = t.message.files;
  const under = state === "sending" || state === "checking";
  const said = state === "sending" ? f.sending(percent) : state === "failed" ? f.notTaken : f[state];
  return (
    <li className="tray-item" data-state={state}>
      {preview ? <img src={preview} alt="" /> : <Icon name="file-text" />}
      <div className="tray-what">
        <b className="tray-name">{name}</b>
        <span className={state === "failed" ? "bad" : "faint"}>
          {said} · {fileSize(bytes, code)}
        </span>
        {under && <progress className="meter" value={percent} max={100} aria-label={f.progress(name)} />}
        {reason && (
          <span className="bad" role="alert">
            {words(reason)}
          </span>
        )}
        {reason?.again && (
          <button type="button" className="link-button" onClick={() => store.uploads.retry(id)}>
            {f.retry}
          </button>
        )}
        {state === "ready" && (
          <span className="sr-only" role="status">
            {f.heardReady(name)}
          </span>
        )}
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label={under || state === "waiting" ? f.cancel(name) : f.remove(name)}
        title={under || state === "waiting" ? f.cancel(name) : f.remove(name)}
        onClick={() => {
          store.uploads.drop(id);
          document.getElementById("composer")?.focus();
        }}
      >
        <Icon name="x" />
      </button>
    </li>
  );
}

const bringsFiles = (data: DataTransfer | null): boolean => data?.types.includes("Files") ?? false;
/** The board takes what is dropped on it itself; what is open above the room has the word. */
const isElsewhere = (target: EventTarget | null): boolean =>
  (target instanceof Element && target.closest(".board-zone") !== null) ||
  document.querySelector("dialog[open]") !== null;

/** Files that are dropped on the room or pasted into it. It says where they would go. */
export function Drop({ add, caucus }: { add: Files["add"]; caucus: boolean }): ReactNode {
  const { t } = useLanguage();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const drag = (event: DragEvent): void => {
      if (!bringsFiles(event.dataTransfer) || isElsewhere(event.target)) return;
      event.preventDefault(); // or the browser would leave the room for the file
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (!event.dataTransfer || !bringsFiles(event.dataTransfer) || isElsewhere(event.target)) return;
      event.preventDefault();
      add([...event.dataTransfer.files]);
    };
    const paste = (event: ClipboardEvent): void => {
      const data = event.clipboardData;
      const into = event.target;
      const typing = into instanceof HTMLElement && into.matches("input, textarea:not(#composer)");
      // Cells of a spreadsheet come as a text and as a picture of it: the text is meant.
      if (!data?.files.length || data.types.includes("text/plain") || typing || isElsewhere(into)) return;
      event.preventDefault();
      add([...data.files]);
    };
    window.addEventListener("dragenter", drag);
    window.addEventListener("dragover", drag);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    window.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("dragenter", drag);
      window.removeEventListener("dragover", drag);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
      window.removeEventListener("paste", paste);
    };
  }, [add]);
  if (!over) return null;
  const f = t.message.files;
  return (
    <div className={caucus ? "drop drop-caucus" : "drop"} aria-hidden="true">
      <Icon name={caucus ? "lock" : "upload"} />
      <b>{caucus ? f.dropCaucus : f.dropTable}</b>
      <span>{caucus ? f.dropCaucusHint : f.dropTableHint}</span>
    </div>
  );
}
