/** How the two sides have moved towards each other: the total of every version, a line a side. */
import type { ReactNode } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { Offer, Side, TableState } from "../../protocol/types.ts";
import { lowestGross, useFormat } from "../context.ts";

const WIDTH = 340;
const HEIGHT = 132;
const PAD = { left: 12, right: 12, top: 26, bottom: 22 };
const SIDES: readonly Side[] = ["buyer", "seller"];

export function ConcessionChart({ table }: { table: TableState }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { offers } = table;
  if (offers.length < 2) return null;
  const totals = offers.map(lowestGross);
  const lowest = Math.min(...totals);
  const highest = Math.max(...totals);
  const span = highest - lowest || 1;
  const x = (at: number): number => PAD.left + (at / (offers.length - 1)) * (WIDTH - PAD.left - PAD.right);
  const y = (gross: number): number =>
    PAD.top + (1 - (gross - lowest) / span) * (HEIGHT - PAD.top - PAD.bottom);
  const ofSide = (side: Side): { offer: Offer; x: number; y: number }[] =>
    offers.flatMap((offer, at) =>
      offer.side === side ? [{ offer, x: x(at), y: y(lowestGross(offer)) }] : [],
    );
  const last = (side: Side): Offer | undefined => offers.findLast((offer) => offer.side === side);
  const words = (side: Side): string => {
    const offer = last(side);
    return offer ? format.money(lowestGross(offer), offer.currency) : t.none;
  };
  const both = SIDES.map(last);
  const gap = both[0] && both[1] ? Math.abs(lowestGross(both[0]) - lowestGross(both[1])) : null;
  return (
    <figure className="chart">
      <figcaption>
        <span>{t.chart}</span>
        {gap !== null && gap > 0 && (
          <span className="num">{t.chartGap(format.money(gap, table.room.currency))}</span>
        )}
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t.chartLabel(words("buyer"), words("seller"))}
      >
        <path className="chart-grid" d={`M0 ${PAD.top}H${WIDTH}M0 ${HEIGHT - PAD.bottom}H${WIDTH}`} />
        {offers.map(({ version }, at) => (
          <text key={version} className="chart-tick" x={x(at)} y={HEIGHT - 6} textAnchor="middle">
            {offers.length <= 12 || at === 0 || at === offers.length - 1 ? t.version(version) : ""}
          </text>
        ))}
        {SIDES.map((side) => {
          const points = ofSide(side);
          const end = points.at(-1);
          return (
            <g key={side} className={`chart-${side}`}>
              <polyline points={points.map((point) => `${point.x},${point.y}`).join(" ")} />
              {points.map((point) =>
                side === "buyer" ? (
                  <circle key={point.offer.version} cx={point.x} cy={point.y} r={4}>
                    <title>{format.money(lowestGross(point.offer), point.offer.currency)}</title>
                  </circle>
                ) : (
                  <rect
                    key={point.offer.version}
                    x={point.x - 3.5}
                    y={point.y - 3.5}
                    width={7}
                    height={7}
                    rx={1.5}
                  >
                    <title>{format.money(lowestGross(point.offer), point.offer.currency)}</title>
                  </rect>
                ),
              )}
              {end && (
                <text
                  className="chart-value"
                  x={Math.min(Math.max(end.x, 44), WIDTH - 4)}
                  y={end.y + (side === "buyer" ? 16 : -9)}
                  textAnchor={end.x > WIDTH / 2 ? "end" : "middle"}
                >
                  {words(side)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
