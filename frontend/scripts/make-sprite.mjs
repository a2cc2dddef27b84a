// Writes the icon sprite of the whole site, public/icons.svg, and the type of its names, from the lucide icons below.
// Run `npm run icons` after adding a name; the result is committed.
import { readFileSync, writeFileSync } from "node:fs";

const names = `
archive arrow-down arrow-left arrow-right badge-check ban banknote bell box building-2 calendar check chevron-down
chevron-right circle-alert circle-check circle-dashed circle-question-mark circle-slash circle-x clock cloud-off copy
corner-down-left credit-card door-open download ear ellipsis external-link eye eye-off file-text filter flag gavel gem
git-compare-arrows globe hand-heart handshake history hourglass house inbox info key-round keyboard landmark layers
layout-dashboard link list list-tree lock lock-keyhole lock-open log-in log-out mail menu message-square message-square-plus
messages-square
mic mic-off minus package package-check package-open paperclip pause pencil play plus printer receipt receipt-text
refresh-cw rotate-ccw scale search send settings shield shield-check shopping-cart skip-back skip-forward smile
snowflake sparkles star store sun tag target thumbs-down thumbs-up timer trash trash-2 triangle-alert truck undo-2
upload user user-plus user-x users users-round wallet wrench x
`
  .trim()
  .split(/\s+/);

/** The drawing of a lucide icon; an older name that lucide keeps as an alias is followed. */
async function iconData(name) {
  const file = new URL(`../node_modules/lucide-react/dist/esm/icons/${name}.mjs`, import.meta.url);
  const alias = /export \{ default \} from '\.\/(.+)\.mjs'/.exec(readFileSync(file, "utf8"));
  return alias ? iconData(alias[1]) : (await import(file)).__iconData;
}

const symbols = [];
for (const name of names) {
  const icon = await iconData(name);
  const body = icon.node
    .map(([tag, { key: _key, ...attributes }]) => {
      const text = Object.entries(attributes).map(([field, value]) => `${field}="${value}"`);
      return `<${tag} ${text.join(" ")}/>`;
    })
    .join("");
  symbols.push(
    `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
      `stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`,
  );
}
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n<!-- lucide icons, ISC licence: https://lucide.dev/license -->\n${symbols.join("\n")}\n</svg>\n`;
writeFileSync(new URL("../public/icons.svg", import.meta.url), sprite);
const union = names.map((name) => `  | "${name}"`).join("\n");
writeFileSync(
  new URL("../src/iconNames.ts", import.meta.url),
  `/** Made by \`npm run icons\`. */\nexport type IconName =\n${union};\n`,
);
process.stdout.write(`${symbols.length} icons, ${sprite.length} bytes\n`);
