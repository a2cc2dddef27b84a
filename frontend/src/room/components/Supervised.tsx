/** What a moderator has imposed, as those see it whom it is about. */
import type { ReactNode } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { EventOf, Imposed, Offer, Participant } from "../../protocol/types.ts";
import { personName, useFormat, useRoom } from "../context.ts";
import { Face, ServerHtml } from "./Basics.tsx";
import { GuestChip } from "./Guest.tsx";
import { Icon, type IconName } from "./Icon.tsx";

/** Oneself at the table, once one has sat down. */
function useMyself(): Participant | undefined {
  const { table, view } = useRoom();
  return table?.participants.find(({ id }) => id === view.you.id);
}

/** Since when and why one was removed, if one was. */
export function useRemoved(): Imposed | null {
  return useMyself()?.removed ?? null;
}

/** Why one may say nothing in a lane at the moment: the words, and the moderator's reason. */
export function useBarred(caucus: boolean): { icon: IconName; text: string; reason: string } | null {
  const { t } = useLanguage();
  const { table, party } = useRoom();
  const muted = useMyself()?.muted;
  if (muted) return { icon: "mic-off", text: t.supervision.muted, reason: muted.reason };
  if (table?.locked && party && !caucus)
    return { icon: "lock", text: t.supervision.locked, reason: table.locked.reason };
  return null;
}

/** Why the offer can be neither answered, replaced nor withdrawn; null when it can. */
export function useHeld(offer: Offer | null): string | null {
  const { t } = useLanguage();
  const barred = useBarred(false);
  return barred?.text ?? (offer?.frozen ? t.supervision.frozen : null);
}

/** What holds for the whole room, or for oneself, over everything else. */
export function SupervisionBanner(): ReactNode {
  const { t } = useLanguage();
  const { table, party } = useRoom();
  const barred = useBarred(false);
  const locked =
    table?.locked && !party
      ? { icon: "lock" as const, text: t.supervision.locked, reason: table.locked.reason }
      : null;
  const shown = barred ?? locked;
  if (!shown) return null;
  return (
    <div className="banner banner-supervision" role="status">
      <Icon name={shown.icon} />
      <span>
        {shown.text} <q>{t.supervision.because(shown.reason)}</q>
      </span>
    </div>
  );
}

/** On the bar and on the card of an offer that nobody may move. */
export function FrozenChip({ offer }: { offer: Offer }): ReactNode {
  const { t } = useLanguage();
  if (!offer.frozen) return null;
  return (
    <span
      className="chip chip-warn"
      title={`${t.supervision.frozen} ${t.supervision.because(offer.frozen.reason)}`}
    >
      <Icon name="snowflake" />
      {t.supervision.frozenChip}
      <span className="sr-only"> {t.supervision.because(offer.frozen.reason)}</span>
    </span>
  );
}

/** Where one could write, while one may not. What was begun stays there as a draft. */
export function Barred({ caucus, children }: { caucus: boolean; children: ReactNode }): ReactNode {
  const barred = useBarred(caucus);
  const { t } = useLanguage();
  return (
    <fieldset className="barred" disabled={barred !== null}>
      {barred && (
        <legend className="barred-why">
          <Icon name={barred.icon} />
          <span>
            {barred.text} <q>{t.supervision.because(barred.reason)}</q>
          </span>
        </legend>
      )}
      {children}
    </fieldset>
  );
}

/** What a moderator said to one's own side alone. */
export function WhisperRow({ event }: { event: EventOf<"moderator.whispered"> }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { table, view } = useRoom();
  const name = personName(table, view, event.by, t);
  return (
    <div className="message whisper">
      <Face name={name} side="moderator" />
      <div className="message-body">
        <p className="message-who">
          <Icon name="ear" /> <b>{t.line.whispers(name)}</b>{" "}
          <time className="faint" dateTime={event.at}>
            {format.time(event.at)}
          </time>
        </p>
        <ServerHtml className="prose-text" html={event.body.html} />
        <p className="faint whisper-hint">{t.line.whispersHint}</p>
      </div>
    </div>
  );
}

/** Instead of the room, for who was removed: why, and the way out. */
export function Removed({ removed }: { removed: Imposed }): ReactNode {
  const { t } = useLanguage();
  const { store } = useRoom();
  const { config } = store;
  // Moderators always say why; only a guest's link ends without a word.
  const over = removed.reason === "";
  return (
    <div className="empty" role="alert">
      <Icon name="user-x" />
      <h1>{over ? t.guest.endedTitle : t.supervision.removedTitle}</h1>
      <p>{over ? t.guest.endedHint : t.supervision.removedHint}</p>
      {!over && (
        <p>
          <q>{t.supervision.because(removed.reason)}</q>
        </p>
      )}
      {!over && config.dealsUrl && (
        <a className="btn btn-primary" href={config.dealsUrl}>
          {t.allDeals}
        </a>
      )}
    </div>
  );
}

/** Beside a name: a guest; removed, or else muted. */
export function PersonChips({ person }: { person: Participant }): ReactNode {
  const { t } = useLanguage();
  const imposed = person.removed ?? person.muted;
  return (
    <>
      <GuestChip id={person.id} />
      {imposed && (
        <span
          className="chip chip-warn person-chip"
          title={imposed.reason ? t.supervision.because(imposed.reason) : undefined}
        >
          {person.removed ? t.supervision.removedChip : t.supervision.mutedChip}
        </span>
      )}
    </>
  );
}
