/** What an offer is worth to one's own side. Shows nothing to who has no side, or has not said what it wants. */
import { type ReactNode, useMemo } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { Preferences } from "../../protocol/types.ts";
import { useCaucus } from "../caucus.ts";
import { useRoom } from "../context.ts";
import { type Part, type Scorable, type Score, scoreOffer } from "../scoring.ts";
import { Icon } from "./Icon.tsx";

/** What one's own side wants, if it has said so. */
export function usePreferences(): Preferences | null {
  return useCaucus()?.caucus?.preferences ?? null;
}

/** What packages are worth: of several the worst of one's own, the best of theirs. */
export function useScore(packages: readonly Scorable[], own: boolean): Score | null {
  const { party } = useRoom();
  const preferences = usePreferences();
  return useMemo(
    () => (party && preferences ? scoreOffer(preferences.issues, packages, own, party) : null),
    [party, preferences, packages, own],
  );
}

/** Points for people: whole ones, rounded down, so that 100 means that all is as one wants it. */
export function pointsText(points: number, language: string): string {
  return new Intl.NumberFormat(language).format(Math.floor(points / 100));
}

/** What an issue is called. */
export function usePartName(): (part: Pick<Part, "kind" | "name">) => string {
  const { t } = useLanguage();
  const { party } = useRoom();
  return ({ kind, name }) => {
    if (kind === "total") return t.sides.wants.total[party ?? "seller"];
    if (kind === "unit_price") return t.sides.wants.unitPrice(name ?? "");
    return kind === "quantity" ? t.sides.wants.quantity(name ?? "") : (name ?? "");
  };
}

interface ScoreProps {
  packages: readonly Scorable[];
  /** Whether it is an offer of one's own side. */
  own: boolean;
}

/** In one line: the points, and what lies beyond where one walks away. */
export function ScoreChip(props: ScoreProps): ReactNode {
  const score = useScore(props.packages, props.own);
  return score && <Chip score={score} />;
}

function Chip({ score }: { score: Score }): ReactNode {
  const { t, code } = useLanguage();
  const nameOf = usePartName();
  const preferences = usePreferences();
  const { wants } = t.sides;
  const beyond = score.parts.filter(({ status }) => status === "beyond").map(nameOf);
  const alternative = preferences?.alternative ?? null;
  return (
    <span className="score" title={wants.private}>
      <span className="chip score-points">
        <Icon name="target" />
        <span className="num">{wants.score(pointsText(score.points, code))}</span>
      </span>
      {beyond.length > 0 ? (
        <span className="bad">{wants.beyond(beyond.join(", "))}</span>
      ) : (
        alternative !== null &&
        score.points < alternative && (
          <span className="warn">{wants.belowAlternative(pointsText(alternative, code))}</span>
        )
      )}
    </span>
  );
}

/** The same with what each issue earns, folded away. */
export function ScoreParts(props: ScoreProps): ReactNode {
  const { t, code } = useLanguage();
  const nameOf = usePartName();
  const score = useScore(props.packages, props.own);
  if (!score) return null;
  const { wants } = t.sides;
  return (
    <div className="score-parts">
      <Chip score={score} />
      <details>
        <summary>{wants.parts}</summary>
        <table>
          <tbody>
            {score.parts.map((part) => (
              <tr key={`${part.kind} ${part.name}`}>
                <th scope="row">{nameOf(part)}</th>
                <td className="num">{wants.points(pointsText(part.points, code))}</td>
                <td className={part.status === "beyond" ? "bad" : "muted"}>{wants.status[part.status]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}
