/** What one's own side wants, in its lane: a line of summary, and the editor when it is asked for. */
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useRoom } from "../context.ts";
import type { StreamState } from "../roomState.ts";
import { Boundary, Problem } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";

const PreferencesEditor = lazy(async () => ({
  default: (await import("./PreferencesEditor.tsx")).PreferencesEditor,
}));

export function Wants({ stream }: { stream: StreamState }): ReactNode {
  const { t } = useLanguage();
  const { table } = useRoom();
  const [editing, setEditing] = useState(false);
  const { wants } = t.sides;
  const preferences = stream.caucus?.preferences ?? null;
  if (!table) return null;
  return (
    <div className="wants">
      <Icon name="target" />
      <span title={wants.private}>
        {wants.title}:{" "}
        {preferences ? <b>{wants.summary(preferences.issues.length)}</b> : <span>{wants.none}</span>}
      </span>
      <button type="button" className="link-button" onClick={() => setEditing(true)}>
        {preferences ? wants.change : wants.record}
      </button>
      {preferences?.notes && (
        <details className="wants-notes">
          <summary>{wants.notes}</summary>
          <p>{preferences.notes}</p>
        </details>
      )}
      {editing && (
        <Boundary fallback={<Problem>{t.editorFailed}</Problem>}>
          <Suspense fallback={null}>
            <PreferencesEditor
              stream={stream.id}
              known={preferences}
              table={table}
              onClose={() => setEditing(false)}
            />
          </Suspense>
        </Boundary>
      )}
    </div>
  );
}
