// Makes the pages' letters lighter: the same glyphs and features without the instructions for coarse screens (TrueType
// hinting), which are half of a file and which no screen that shows these pages needs. Reads what npm has fetched, writes to
// node_modules/.letters; deploy/local/web_assets.py copies from there. The letters' licence (SIL OFL 1.1) allows it.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import subsetFont from "subset-font";

const SOURCE = "node_modules/@fontsource/be-vietnam-pro/files";
const TARGET = "node_modules/.letters";
const SHOWN = /^be-vietnam-pro-(latin|latin-ext|vietnamese)-(400|700)-normal\.woff2$/;

await mkdir(TARGET, { recursive: true });
for (const name of (await readdir(SOURCE)).filter((one) => SHOWN.test(one))) {
  const letters = await subsetFont(await readFile(`${SOURCE}/${name}`), "", {
    keepAllGlyphs: true,
    noHinting: true,
    targetFormat: "woff2",
  });
  await writeFile(`${TARGET}/${name}`, letters);
}
