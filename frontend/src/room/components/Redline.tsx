/** Terms as a table, struck and bold where they differ from an earlier version. */

import { lazy, type ReactNode, Suspense } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { wordsOfPieces } from "../../i18n/pieces.ts";
import { issueLabel, useFormat } from "../context.ts";
import type { Row } from "../redline.ts";
import { Boundary } from "./Basics.tsx";

/** Comes with the first row that is about something on the board. */
const ShowOnBoard = lazy(async () => (await Promise.all([import("./OnBoard.tsx"), wordsOfPieces.load()]))[0]);

function useRowLabel(): (row: Row) => ReactNode {
  const { t } = useLanguage();
  return (row) => {
    switch (row.field) {
      case "unit_price":
        return row.label;
      case "line":
        return row.label;
      case "quantity":
        return <span className="row-sub">{t.quantity}</span>;
      case "due":
        return <span className="row-sub">{t.lineDue}</span>;
      case "issue":
        return issueLabel(row.label ?? "", t);
      case "tax":
        return t.taxBasis;
      case "net":
        return t.net;
      case "tax_amount":
        return t.tax;
      case "gross":
        return t.gross;
    }
  };
}

interface RedlineProps {
  rows: Row[];
  currency: string;
  caption?: string;
  /** What stands at the end of a row. */
  aside?: (row: Row) => ReactNode;
  /** Whether rows lead to what of the board they are about. */
  onBoard?: boolean;
}

export function RedlineTable(props: RedlineProps): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const label = useRowLabel();
  const { rows, currency } = props;
  const subLabel = (row: Row): string =>
    [
      row.note && format.cell(row.note, currency),
      row.field === "unit_price" && t.unitPrice,
      row.due && format.by(row.due),
    ]
      .filter(Boolean)
      .join(" · ");
  return (
    <table className="redline">
      {props.caption && <caption className="sr-only">{props.caption}</caption>}
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} data-field={row.field} data-change={row.change}>
            <th scope="row">
              {label(row)}
              <span className="row-sub"> {subLabel(row)}</span>
              {props.onBoard && row.element && (
                <Boundary fallback={null}>
                  <Suspense fallback={null}>
                    <ShowOnBoard row={row} />
                  </Suspense>
                </Boundary>
              )}
            </th>
            <td>
              {row.change !== "same" && row.was && (
                <del className="was">{format.cell(row.was, currency)}</del>
              )}{" "}
              {row.now &&
                (row.change === "same" ? (
                  <span>{format.cell(row.now, currency)}</span>
                ) : (
                  <ins className="now">{format.cell(row.now, currency)}</ins>
                ))}
              {row.change === "added" && <span className="chip chip-accent">{t.added}</span>}
              {row.change === "removed" && <span className="chip chip-bad">{t.removed}</span>}
            </td>
            {props.aside && <td className="redline-aside">{props.aside(row)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
