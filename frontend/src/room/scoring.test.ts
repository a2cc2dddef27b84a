import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Preference, Side } from "../protocol/types.ts";
import { type Scorable, type Score, score, scoreOffer } from "./scoring.ts";

interface Case {
  name: string;
  side: Side;
  preferences: Preference[];
  package: Scorable;
  score: Score | null;
}

const cases = JSON.parse(
  readFileSync(new URL("../../../tests/fixtures/score_cases.json", import.meta.url), "utf8"),
) as Case[];

describe("the score of a package", () => {
  it.each(cases)("$name: as the server has it", ({ preferences, package: one, side, score: expected }) => {
    expect(score(preferences, one, side)).toEqual(expected);
  });

  it("is that of the best of their packages, and of the worst of ours", () => {
    const wanted: Preference[] = [{ kind: "total", reservation: 1, target: 101, weight: 3 }];
    const packages = [20, 70].map((net) => ({ lines: [], issues: [], net: net + 1, gross: 0 }));
    expect(scoreOffer(wanted, packages, false, "seller")?.points).toBe(7000);
    expect(scoreOffer(wanted, packages, true, "seller")?.points).toBe(2000);
    expect(scoreOffer([], packages, true, "seller")).toBeNull();
  });
});
