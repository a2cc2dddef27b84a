/** What follows from the agreement, and the one thing to do next. */
import type { ReactNode } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { Annex, Order, TableState } from "../../protocol/types.ts";
import { orderHref } from "../config.ts";
import { useFormat, useRoom } from "../context.ts";
import type { OpenDialog } from "../dialogs.ts";
import {
  type NextStep,
  named,
  nextStep,
  type OrderProgress,
  orderProgress,
  type Stage,
} from "../orderProgress.ts";
import { Icon } from "./Icon.tsx";
import { useHeld } from "./Supervised.tsx";

/** Where nothing is left to be done by either side. */
type Over = Exclude<Stage, "place" | "confirm" | "pay" | "ship" | "receipt">;

/** Placed, and not delivered in whole. */
const AMENDABLE = new Set(["unfulfilled", "partially_fulfilled"]);

export function OrderBox({ table, open }: { table: TableState; open: OpenDialog }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { stream, party, store, standing, connected } = useRoom();
  const held = useHeld(null);
  const { order, agreement } = table;
  if (!order || !agreement) return null;
  const progress = orderProgress(order, stream.events);
  const href = orderHref(store.config, order.id);
  const step = nextStep(progress, party);
  return (
    <section className={step?.mine ? "order-box order-box-mine" : "order-box"}>
      <div className="terms-head">
        <h2>
          <Icon name="receipt-text" /> {t.orderTitle(String(order.number))}
        </h2>
        <span className="num order-total">{format.money(order.gross, order.currency)}</span>
      </div>
      <Track progress={progress} />
      {!step && (
        <p className={progress.stage === "done" || progress.stage === "received" ? "good" : "bad"}>
          {t[`order${named(progress.stage as Over)}`]}
        </p>
      )}
      {step && (
        <p className="muted">{step.mine ? <Hint order={order} label={step.label} /> : t[step.wait]}</p>
      )}
      {step && !step.mine && party === "seller" && progress.stage === "place" && (
        <p className="faint">{t.convertHint}</p>
      )}
      <BoardAnnex annexes={agreement.annexes ?? []} />
      {href && (
        <a className={step?.mine ? "btn btn-primary btn-block" : "btn btn-block"} href={href}>
          {step?.mine ? t[step.label] : t.openOrder}
          <Icon name="arrow-right" />
        </a>
      )}
      {party && AMENDABLE.has(order.status) && table.negotiation.status === "ordered" && !standing && (
        <button
          type="button"
          className="btn btn-block"
          disabled={!connected || held !== null}
          title={held ?? undefined}
          onClick={() => open({ kind: "offer" })}
        >
          <Icon name="pencil" />
          {t.line.amend}
        </button>
      )}
    </section>
  );
}

/** The board that was frozen with the agreement, as its picture. */
function BoardAnnex({ annexes }: { annexes: Annex[] }): ReactNode {
  const { t } = useLanguage();
  const { store } = useRoom();
  const board = annexes.find(({ kind }) => kind === "board");
  const { boardPictureUrl } = store.config;
  if (!board || !boardPictureUrl) return null;
  const picture = `${boardPictureUrl}?seq=${board.seq}`;
  return (
    <a className="board-annex" href={picture} target="_blank" rel="noreferrer">
      <img src={picture} alt={t.boardAnnex} width={320} height={180} loading="lazy" />
      <span>
        <b>{t.boardAnnex}</b>
        <small className="faint">{t.boardAnnexHint(board.seq)}</small>
      </span>
    </a>
  );
}

function Hint({ order, label }: { order: Order; label: NextStep["label"] }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const hint = t[`${label}Hint`];
  return typeof hint === "string" ? hint : order.due_at && hint(format.moment(order.due_at));
}

/** Agreed, placed, paid, delivered, received: what is done, and where it stands. */
function Track({ progress }: { progress: OrderProgress }): ReactNode {
  const { t } = useLanguage();
  const { stage, paid, shipped, received } = progress;
  const placed = stage !== "place" && stage !== "confirm";
  const steps: [string, boolean][] = [
    [t.orderSteps.agreed, true],
    [t.orderSteps.placed, placed],
    [t.orderSteps.paid, paid],
    [t.orderSteps.shipped, shipped],
    [t.orderSteps.received, received],
  ];
  const failed = stage === "expired" || stage === "canceled" || stage === "returned";
  const current = failed ? -1 : steps.findIndex(([, done]) => !done);
  return (
    <ol className="progress-line">
      {steps.map(([name, done], at) => (
        <li
          key={name}
          data-state={done ? "done" : at === current ? "current" : "next"}
          aria-current={at === current ? "step" : undefined}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}
