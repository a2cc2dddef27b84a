/** The left side: the streams of this room, and the ways out of it. */
import type { ReactNode } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { orderHref } from "../config.ts";
import { useRoom } from "../context.ts";
import { Icon } from "./Icon.tsx";

export type Lane = "table" | "caucus" | "board" | "terms";

interface LanesProps {
  lane: Lane;
  unread: Record<"table" | "caucus", number>;
  organisation: string;
  onLane: (lane: Lane) => void;
}

export function Lanes({ lane, unread, organisation, onLane }: LanesProps): ReactNode {
  const { t } = useLanguage();
  const { store, table } = useRoom();
  const { config } = store;
  const order = table?.order && orderHref(config, table.order.id);
  return (
    <nav className="lanes" aria-label={t.lanes}>
      <h2 className="eyebrow only-desktop">{t.thisRoom}</h2>
      <LaneButton
        on={lane === "table"}
        icon={<Icon name="handshake" />}
        name={t.table}
        hint={t.tableHint}
        unread={unread.table}
        onClick={() => onLane("table")}
      />
      {config.caucus && (
        <LaneButton
          on={lane === "caucus"}
          caucus
          icon={<Icon name="lock-keyhole" />}
          name={t.ourSide}
          hint={t.ourSideHint(organisation)}
          unread={unread.caucus}
          onClick={() => onLane("caucus")}
        />
      )}
      {config.board && (
        <LaneButton
          on={lane === "board"}
          icon={<Icon name="pencil" />}
          name={t.board}
          hint={t.boardHint}
          unread={0}
          onClick={() => onLane("board")}
        />
      )}
      <span className="only-phone-room">
        <LaneButton
          on={lane === "terms"}
          icon={<Icon name="layers" />}
          name={t.terms}
          hint=""
          unread={0}
          onClick={() => onLane("terms")}
        />
      </span>
      <div className="lanes-links only-desktop">
        <h2 className="eyebrow">{t.more}</h2>
        {order && (
          <a href={order}>
            <Icon name="receipt-text" /> {t.order}
          </a>
        )}
        {config.listingUrl && (
          <a href={config.listingUrl}>
            <Icon name="tag" /> {t.listing}
          </a>
        )}
        {config.requestUrl && (
          <a href={config.requestUrl}>
            <Icon name="git-compare-arrows" /> {t.asked.compare}
          </a>
        )}
        {config.dealsUrl && (
          <a href={config.dealsUrl}>
            <Icon name="layout-dashboard" /> {t.allDeals}
          </a>
        )}
        {config.evidenceUrl && (
          <a href={config.evidenceUrl} download>
            <Icon name="download" /> {t.evidence}
          </a>
        )}
      </div>
    </nav>
  );
}

function LaneButton(props: {
  on: boolean;
  caucus?: boolean;
  icon: ReactNode;
  name: string;
  hint: string;
  unread: number;
  onClick: () => void;
}): ReactNode {
  const { t } = useLanguage();
  return (
    <button
      type="button"
      className={props.caucus ? "lane lane-caucus" : "lane"}
      aria-current={props.on ? "true" : undefined}
      onClick={props.onClick}
    >
      {props.icon}
      <span className="lane-name">
        {props.name}
        {props.hint && <small className="only-desktop">{props.hint}</small>}
      </span>
      {props.unread > 0 && (
        <span className="lane-unread">
          {props.unread > 99 ? "99+" : props.unread}
          <span className="sr-only"> {t.unread(props.unread)}</span>
        </span>
      )}
    </button>
  );
}
