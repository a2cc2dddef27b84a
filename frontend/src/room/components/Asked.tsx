/** What a buyer asks the seller for: the first entry of a room that a request opened. Loaded when there is one. */
import { type ReactNode, useId } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { EventOf } from "../../protocol/types.ts";
import "../../styles/asked.css";
import { useFormat, useRoom } from "../context.ts";
import { ServerHtml } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";

export default function Asked({ event }: { event: EventOf<"request.received"> }): ReactNode {
  const { t, code } = useLanguage();
  const format = useFormat();
  const { table } = useRoom();
  const heading = useId();
  const { request, html } = event.body;
  const day = (at: string, timeZone?: string): string =>
    new Intl.DateTimeFormat(code, { dateStyle: "long", timeZone }).format(new Date(at));
  return (
    <section className="asked" aria-labelledby={heading}>
      <header className="asked-head">
        <Icon name="inbox" />
        <span>
          {t.line.asked(table?.sides.buyer.name ?? t.buyer)}
          <time className="faint" dateTime={event.at}>
            {format.time(event.at)}
          </time>
        </span>
      </header>
      <h3 id={heading}>{request.title}</h3>
      {request.text && <ServerHtml className="prose-text" html={html} />}
      <table>
        <caption className="sr-only">{t.asked.lines}</caption>
        <tbody>
          {request.lines.map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an event never change
            <tr key={at}>
              <th scope="row">{line.title}</th>
              <td className="num">{format.quantity(line.quantity, line.unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl>
        {request.needed_by && (
          <div>
            <dt>{t.asked.neededBy}</dt>
            <dd>{day(request.needed_by, "UTC")}</dd>
          </div>
        )}
        <div>
          <dt>{t.asked.answersUntil}</dt>
          <dd>
            <time dateTime={request.answers_until}>
              {new Intl.DateTimeFormat(code, { dateStyle: "long", timeStyle: "short" }).format(
                new Date(request.answers_until),
              )}
            </time>
          </dd>
        </div>
      </dl>
    </section>
  );
}
