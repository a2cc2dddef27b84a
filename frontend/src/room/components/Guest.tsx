/** Guests: they came by a link and have no account. What they see of that, and what the others do. */
import type { ReactNode } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useRoom } from "../context.ts";
import type { Said } from "../said.ts";
import { Icon } from "./Icon.tsx";

/** Where one makes an account, for a guest; null for everybody else. */
export function useAccountHref(): string | null {
  const { table, view, store } = useRoom();
  const guest = table?.participants.find(({ id }) => id === view.you.id)?.guest;
  return guest ? store.config.accountUrl : null;
}

export function GuestBanner(): ReactNode {
  const { t } = useLanguage();
  const href = useAccountHref();
  if (!href) return null;
  return (
    <div className="banner banner-guest">
      <Icon name="user" />
      <span>{t.guest.banner}</span>
      <a className="btn btn-sm" href={href}>
        {t.guest.makeAccount}
      </a>
    </div>
  );
}

/** Beside a name. */
export function GuestChip({ id }: { id: string | null }): ReactNode {
  const { t } = useLanguage();
  const { table } = useRoom();
  if (!table?.participants.some((person) => person.id === id && person.guest)) return null;
  return (
    <span className="chip chip-warn person-chip" title={t.guest.chipHint}>
      {t.guest.chip}
    </span>
  );
}

const LINK = /\bhttps?:\/\/|\bwww\.\S/i;

/** Under a guest's message with a link in it, for the others. */
export function LinkWarning({ by, said }: { by: string | null; said: Said }): ReactNode {
  const { t } = useLanguage();
  const { table, view } = useRoom();
  const links = by !== view.you.id && LINK.test(said.versions.at(-1)?.text ?? "");
  if (!links || !table?.participants.some((person) => person.id === by && person.guest)) return null;
  return (
    <p className="message-link-warning">
      <Icon name="triangle-alert" /> {t.guest.link}
    </p>
  );
}
