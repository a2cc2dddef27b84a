/**
 * The clients of the proof "board" (tests/boards): reads `{together, runs: [RunPlan, …]}` from standard input and
 * writes one line of JSON, an `Outcome`, for each run as it ends.
 */
import { text } from "node:stream/consumers";
import { type RunPlan, run } from "./run.ts";

const { together, runs } = JSON.parse(await text(process.stdin)) as { together: number; runs: RunPlan[] };

async function worker(): Promise<void> {
  for (let plan = runs.shift(); plan; plan = runs.shift()) {
    process.stdout.write(`${JSON.stringify(await run(plan))}\n`);
  }
}

await Promise.all(Array.from({ length: together }, worker));
process.exit(0);
