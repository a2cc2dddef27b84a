/** Says when there is no connection, and what to do when there will be none. */
import { type ReactNode, useEffect, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useRoom } from "../context.ts";
import { Icon } from "./Icon.tsx";

export function Banner(): ReactNode {
  const { t } = useLanguage();
  const { view, store } = useRoom();
  const { connection } = view;
  const quick = useLasting(connection.state !== "open" && view.everOpen, 700);
  if (connection.state === "ended") {
    const signIn = connection.reason === "sign_in";
    const text = signIn ? t.endedSignIn : connection.reason === "removed" ? t.endedRemoved : t.endedReload;
    return (
      <div className="banner banner-bad" role="alert">
        <Icon name="cloud-off" />
        <span>{text}</span>
        {signIn && (
          <a className="btn btn-sm" href={store.config.loginUrl}>
            <Icon name="log-in" />
            {t.signIn}
          </a>
        )}
        {!signIn && connection.reason !== "removed" && (
          <button type="button" className="btn btn-sm" onClick={() => window.location.reload()}>
            <Icon name="refresh-cw" />
            {t.reload}
          </button>
        )}
      </div>
    );
  }
  if (!quick) return null;
  return (
    <div className="banner" role="status">
      <Icon name="cloud-off" />
      <span>
        {t.offline} {connection.state === "waiting" && <Wait until={connection.until} />}
      </span>
      <button type="button" className="btn btn-sm" onClick={() => store.socket.wake()}>
        {t.tryNow}
      </button>
    </div>
  );
}

/** A blink of the line is no news: true only after it lasted. */
function useLasting(on: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!on) {
      setLasting(false);
      return undefined;
    }
    const timer = setTimeout(() => setLasting(true), ms);
    return () => clearTimeout(timer);
  }, [on, ms]);
  return lasting;
}

function Wait({ until }: { until: number }): ReactNode {
  const { t } = useLanguage();
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  // Not announced every second.
  return <span aria-hidden="true">{t.reconnecting(Math.max(0, Math.ceil((until - now) / 1000)))}</span>;
}
