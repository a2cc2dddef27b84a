/**
 * What a screen reader hears: new messages politely, an offer from the other side at once.
 * The stream itself is silent, for a virtual list would be read again with every scroll.
 */
import { type ReactNode, useEffect, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { lowestGross, personName, useFormat, useRoom } from "../context.ts";
import { wordsOrFiles } from "../files.ts";
import { knownTable } from "../roomState.ts";
import { systemLine } from "../systemLines.ts";

const KEPT = 5;

export function Announcer(): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { store, party } = useRoom();
  const [polite, setPolite] = useState<{ key: string; text: string }[]>([]);
  const [urgent, setUrgent] = useState("");

  useEffect(
    () =>
      store.onHeard((stream, events) => {
        const view = store.getView();
        const own = view.streams[store.config.table];
        const table = own ? knownTable(own.table) : null;
        const name = (id: string | null): string => personName(table, view, id, t);
        for (const event of events) {
          if (event.by === view.you.id || event.kind === "offer.seen") continue;
          const say = (text: string): void =>
            setPolite((all) => [...all, { key: `${stream.id} ${event.seq}`, text }].slice(-KEPT));
          if (event.kind === "message.sent")
            say(t.heardMessage(name(event.by), wordsOrFiles(event.body.text, event.body.attachments)));
          else if ("offer" in event.body) {
            const { offer } = event.body;
            const words = t.heardOffer(
              table?.sides[offer.side].name ?? "",
              offer.version,
              format.money(lowestGross(offer), offer.currency),
            );
            if (party && offer.side !== party) setUrgent(words);
            else say(words);
          } else say(systemLine(event, name, t, format).text);
        }
      }),
    [store, party, t, format],
  );

  return (
    <>
      <div className="sr-only" role="log" aria-live="polite" aria-relevant="additions">
        {polite.map(({ key, text }) => (
          <p key={key}>{text}</p>
        ))}
      </div>
      <div className="sr-only" role="alert" aria-live="assertive">
        {urgent}
      </div>
    </>
  );
}
