/** The moment of a room that is looked at: folded here where the whole log is held, else asked of the server. */
import { useEffect, useMemo, useRef, useState } from "react";
import { useRoom } from "./context.ts";
import {
  holdsAll,
  type Moment,
  momentOf,
  type RemotePast,
  remoteMoment,
  stepsOf,
  withoutRemoved,
} from "./past.ts";

/** A slider that is dragged is not asked about at every number, in milliseconds. */
const ASK_AFTER_MS = 120;
const KEPT = 50;

export interface Past {
  moment: Moment | null;
  steps: number[];
  loading: boolean;
  failed: boolean;
}

/** The room at event `seq`; while it is looked up, the moment that was shown before. */
export function usePast(seq: number): Past {
  const { store, stream } = useRoom();
  const whole = holdsAll(stream);
  const events = useMemo(() => (whole ? withoutRemoved(stream.events) : null), [whole, stream.events]);
  const local = useMemo(() => events && momentOf(events, seq), [events, seq]);
  const steps = useMemo(() => (events ? stepsOf(events) : null), [events]);
  const remote = useRemote(store.config.roomUrl, seq, whole);
  if (local && steps) return { moment: local, steps, loading: false, failed: false };
  return remote;
}

function useRemote(roomUrl: string, seq: number, off: boolean): Past {
  const [past, setPast] = useState<RemotePast | null>(null);
  const [failed, setFailed] = useState(false);
  const kept = useRef(new Map<number, RemotePast>());
  useEffect(() => {
    if (off || seq < 1) return undefined;
    setFailed(false);
    const held = kept.current.get(seq);
    if (held) {
      setPast(held);
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      fetch(`${roomUrl}at/${seq}`, { signal: stop.signal })
        .then((answer) =>
          answer.ok ? (answer.json() as Promise<RemotePast>) : Promise.reject(answer.status),
        )
        .then((found) => {
          kept.current.set(seq, found);
          const oldest = kept.current.keys().next().value;
          if (kept.current.size > KEPT && oldest !== undefined) kept.current.delete(oldest);
          setPast(found);
        })
        .catch(() => stop.signal.aborted || setFailed(true));
    }, ASK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [roomUrl, seq, off]);
  const moment = useMemo(() => past && remoteMoment(past), [past]);
  return { moment, steps: past?.steps ?? [], loading: past?.seq !== seq && !failed, failed };
}
