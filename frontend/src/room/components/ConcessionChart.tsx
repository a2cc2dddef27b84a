/** How the two sides have moved towards each other: every version, a line a side, by price or by what it is worth to us. */
import { type ReactNode, useState } from "react";
import { type Dictionary, useLanguage } from "../../i18n/index.ts";
import type { Side, TableState } from "../../protocol/types.ts";
import { useFormat, useRoom } from "../context.ts";
import { type By, type Curve, curveOf, type Point } from "../curve.ts";
import { formatMoney } from "../money.ts";
import { pointsText, usePreferences } from "./Score.tsx";

const WIDTH = 340;
const HEIGHT = 150;
const PAD = { left: 12, right: 12, top: 26, bottom: 22 };
const SIDES: readonly Side[] = ["buyer", "seller"];

interface DrawProps {
  curve: Curve;
  by: By;
  /** A value for people. */
  say: (value: number) => string;
}

export function ConcessionChart({ table }: { table: TableState }): ReactNode {
  const { t, code } = useLanguage();
  const { party } = useRoom();
  const wanted = usePreferences();
  const [picked, setPicked] = useState<By>("price");
  const { offers, room } = table;
  if (offers.length < 2) return null;
  const scored = party !== null && wanted !== null && wanted.issues.length > 0;
  const by = scored ? picked : "price";
  const curve = curveOf(offers, by, party, wanted);
  const say = (value: number): string =>
    by === "price" ? formatMoney(value, room.currency, code) : pointsText(value, code);
  const { wants } = t.sides;
  return (
    <figure className="chart">
      <figcaption>
        <span>{wants.curve}</span>
        <Gap curve={curve} by={by} say={say} />
      </figcaption>
      {scored && (
        <div className="segments chart-by" role="group" aria-label={wants.curveBy}>
          {(["price", "score"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={one === by} onClick={() => setPicked(one)}>
              {one === "price" ? wants.byPrice : wants.byScore}
            </button>
          ))}
        </div>
      )}
      <Drawing curve={curve} by={by} say={say} />
      <AsTable curve={curve} by={by} say={say} />
    </figure>
  );
}

function newest(curve: Curve, side: Side): Point | undefined {
  return curve.points.findLast(({ offer }) => offer.side === side);
}

function Gap({ curve, by, say }: DrawProps): ReactNode {
  const { t } = useLanguage();
  const [buyer, seller] = SIDES.map((side) => newest(curve, side));
  const gap = buyer && seller ? Math.abs(buyer.value - seller.value) : 0;
  if (gap === 0) return null;
  return (
    <span className="num">{t.chartGap(by === "price" ? say(gap) : t.sides.wants.points(say(gap)))}</span>
  );
}

function Drawing({ curve, by, say }: DrawProps): ReactNode {
  const { t } = useLanguage();
  const { points, levels, least, most } = curve;
  const x = (at: number): number =>
    PAD.left + (at / Math.max(points.length - 1, 1)) * (WIDTH - PAD.left - PAD.right);
  const y = (value: number): number =>
    PAD.top + (1 - (value - least) / (most - least || 1)) * (HEIGHT - PAD.top - PAD.bottom);
  const words = (side: Side): string => {
    const point = newest(curve, side);
    return point ? say(point.value) : t.none;
  };
  const label = by === "price" ? t.chartLabel : t.sides.wants.scoreLabel;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label(words("buyer"), words("seller"))}>
      <path className="chart-grid" d={`M0 ${PAD.top}H${WIDTH}M0 ${HEIGHT - PAD.bottom}H${WIDTH}`} />
      {levels.map(({ kind, value }) => (
        <g key={kind} className="chart-level">
          <path d={`M0 ${y(value)}H${WIDTH}`} />
          <text x={0} y={y(value) - 4}>
            {levelName(kind, t)}
          </text>
        </g>
      ))}
      {points.map(({ offer: { version } }, at) => (
        <text key={version} className="chart-tick" x={x(at)} y={HEIGHT - 6} textAnchor="middle">
          {points.length <= 12 || at === 0 || at === points.length - 1 ? t.version(version) : ""}
        </text>
      ))}
      {SIDES.map((side) => (
        <Way
          key={side}
          side={side}
          say={say}
          dots={points.flatMap((point, at) =>
            point.offer.side === side ? [{ point, x: x(at), y: y(point.value) }] : [],
          )}
        />
      ))}
    </svg>
  );
}

function levelName(kind: Curve["levels"][number]["kind"], t: Dictionary): string {
  const { wants } = t.sides;
  if (kind === "alternative") return wants.alternativeLine;
  return kind === "target" ? wants.targetLine : wants.reservationLine;
}

interface Dot {
  point: Point;
  x: number;
  y: number;
}

/** The way of one side. The sides differ in shape and stroke, not in colour alone. */
function Way({ side, dots, say }: { side: Side; dots: Dot[]; say: (value: number) => string }): ReactNode {
  const end = dots.at(-1);
  // The buyer's figure stands below their line, where the versions' names leave room for it.
  const below = side === "buyer" && end !== undefined && end.y + 16 < HEIGHT - PAD.bottom;
  return (
    <g className={`chart-${side}`}>
      <polyline points={dots.map((dot) => `${dot.x},${dot.y}`).join(" ")} />
      {dots.map(({ point, x, y }) =>
        side === "buyer" ? (
          <circle key={point.offer.version} cx={x} cy={y} r={4}>
            <title>{say(point.value)}</title>
          </circle>
        ) : (
          <rect key={point.offer.version} x={x - 3.5} y={y - 3.5} width={7} height={7} rx={1.5}>
            <title>{say(point.value)}</title>
          </rect>
        ),
      )}
      {end && (
        <text
          className="chart-value"
          x={Math.min(Math.max(end.x, 44), WIDTH - 4)}
          y={end.y + (below ? 16 : -9)}
          textAnchor={end.x > WIDTH / 2 ? "end" : "middle"}
        >
          {say(end.point.value)}
        </text>
      )}
    </g>
  );
}

/** The same to be read: what the drawing shows, version by version. */
function AsTable({ curve, by, say }: DrawProps): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { wants } = t.sides;
  const step = (value: number | null): string =>
    value === null ? "–" : `${value > 0 ? "+" : value < 0 ? "−" : ""}${say(Math.abs(value))}`;
  return (
    <details className="chart-table">
      <summary>{wants.asTable}</summary>
      <table>
        <caption className="sr-only">{wants.curve}</caption>
        <thead>
          <tr>
            <th scope="col">{wants.version}</th>
            <th scope="col">{wants.side}</th>
            <th scope="col">{wants.at}</th>
            <th scope="col">{by === "price" ? wants.byPrice : wants.byScore}</th>
            <th scope="col">{wants.step}</th>
          </tr>
        </thead>
        <tbody>
          {curve.points.map(({ offer, value, step: moved }) => (
            <tr key={offer.version}>
              <th scope="row">{t.version(offer.version)}</th>
              <td>{t[offer.side]}</td>
              <td>
                <time dateTime={offer.made_at}>{format.moment(offer.made_at)}</time>
              </td>
              <td className="num">{say(value)}</td>
              <td className="num">{step(moved)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {curve.levels.length > 0 && (
        <p className="faint">
          {curve.levels.map(({ kind, value }) => `${levelName(kind, t)} ${say(value)}`).join(" · ")}
        </p>
      )}
    </details>
  );
}
