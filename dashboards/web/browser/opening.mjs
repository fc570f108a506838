/**
 * How soon a new wall shows its first row and its map, from navigation to paint: `RUNS` (9) openings
 * in a warm browser, each with an empty cache and of a server that was just started. Prints one JSON line.
 */
import { browser, opening, page, pause, Server } from './room.mjs';

const RUNS = Number(process.env.RUNS ?? 9);

const median = (all) => all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)];

const chromium = await browser();
await (await page(chromium)).goto('about:blank');
const [rows, maps] = [[], []];

async function run() {
  const server = await Server.start();
  try {
    await server.report();
    const { wall, row_ms, map_ms } = await opening(server, chromium);
    rows.push(row_ms);
    maps.push(map_ms);
    await wall.context().close();
  } finally {
    await server.stop();
  }
  await pause(500);
}

try {
  for (let nth = 0; nth < RUNS; nth += 1) await run();
  const most = (all) => Math.max(...all);
  console.log(
    JSON.stringify({
      bench: 'opening',
      runs: RUNS,
      rows,
      maps,
      row_ms: median(rows),
      row_ms_most: most(rows),
      map_ms: median(maps),
      map_ms_most: most(maps),
    }),
  );
} finally {
  await chromium.close();
}
