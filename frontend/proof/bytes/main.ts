/**
 * The clients of the proof "board-bytes" (tests/boardbytes): reads a `Plan` from standard input and writes one line of
 * JSON, a `Session`, when all that was drawn is stored and everybody has it.
 */
import { text } from "node:stream/consumers";
import { Chance } from "../board/chance.ts";
import type { Room } from "../board/seat.ts";
import { Artist, type Plant, planted } from "./artist.ts";
import { TOOLS } from "./hand.ts";
import { type Count, Moments } from "./tally.ts";

interface Plan {
  seed: number;
  seconds: number;
  url: string;
  room: Room;
  tokens: string[];
  plant: Plant;
}

interface Drawn {
  tool: string;
  strokes: number;
  points: number;
  up: Count;
  down: Count;
}

interface Session {
  people: Drawn[];
  /** Why it measured nothing; empty when it did. */
  problem: string;
}

const SETTLES_WITHIN_MS = 10_000;

const plan = JSON.parse(await text(process.stdin)) as Plan;
planted(plan.plant);
process.stdout.write(`${JSON.stringify(await session(plan))}\n`);
process.exit(0);

async function session({ seed, seconds, url, room, tokens }: Plan): Promise<Session> {
  const [chance, moments] = [new Chance(seed), new Moments()];
  const artists = TOOLS.map(
    (tool, at) => new Artist(tool, { url, room, token: tokens[at] ?? "" }, moments, chance.part()),
  );
  await Promise.all(artists.map((one) => one.open(room.board)));
  await Promise.all(artists.map((one) => one.draw(seconds * 1_000)));
  await Promise.all(artists.map((one) => one.settle(SETTLES_WITHIN_MS)));
  const people = artists.map(({ tool, strokes, points, tally: { up, down } }) => ({
    ...{ tool: tool.name, strokes, points, up, down },
  }));
  const problem = problemOf(artists);
  for (const one of artists) one.stop();
  return { people, problem };
}

/** Everybody must have everything: else what was sent was too little. */
function problemOf(artists: readonly Artist[]): string {
  const taken = artists.flatMap(({ takenBack }) => takenBack);
  if (taken.length > 0) return `taken back: ${taken.join(" ")}`;
  const [points, strokes] = artists.reduce(([p, s], one) => [p + one.points, s + one.strokes], [0, 0]);
  for (const { board, tool } of artists) {
    const had = [...board.values()].reduce((sum, count) => sum + count, 0);
    if (board.size !== strokes || had !== points) {
      return `${tool.name} has ${board.size} of ${strokes} strokes, ${had} of ${points} points`;
    }
  }
  return "";
}
