/**
 * What a busy city costs a wall at 1920×1080, by Chromium's own counters: how soon it shows its
 * first row and its map, then script a second and heap while 10,000 cases live and 500 a second change.
 * Prints one JSON line. `SECONDS` (60), `CASES` (10000), `RATE` (500).
 */
import { browser, opening, page, pause, Server, until } from './room.mjs';

const SECONDS = Number(process.env.SECONDS ?? 60);
const CASES = Number(process.env.CASES ?? 10_000);
const RATE = Number(process.env.RATE ?? 500);
const BATCH = 50;
const ITEMS = ['G01009', 'G03021', 'G03031', 'G01022', 'G02006', 'G01011'];

/** A signal about spot `spot` of a lattice of 400 m: one matter a spot. */
function signal(spot, number) {
  return {
    id: `busy-${number}`,
    channel: 'public_app',
    item: ITEMS[spot % ITEMS.length],
    lat: 41.27 + (Math.floor(spot / 142) - 70) * 0.0036,
    lon: 123.17 + ((spot % 142) - 70) * 0.0048,
    text: '井盖破损有安全隐患',
    observed_at: Date.now(),
  };
}

let sent = 0;
async function post(server, spots) {
  const body = JSON.stringify(spots.map((spot) => signal(spot, (sent += 1))));
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${server.address}/api/v1/signals?feed=signal`, { method: 'POST', headers, body });
  if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
}

/** Seconds of script and of all work, and the heap after a collection. */
async function counters(client) {
  await client.send('HeapProfiler.collectGarbage');
  const { metrics } = await client.send('Performance.getMetrics');
  const value = (name) => metrics.find((one) => one.name === name).value;
  return {
    at: value('Timestamp'),
    script: value('ScriptDuration'),
    task: value('TaskDuration'),
    heap_mb: value('JSHeapUsedSize') / 1e6,
  };
}

const chromium = await browser();
// The browser is warm, as on a wall that runs; the server is not.
await (await page(chromium)).goto('about:blank');
const server = await Server.start();
try {
  await post(server, [0]);
  const { wall, row_ms, map_ms } = await opening(server, chromium);
  for (let spot = 0; spot < CASES; spot += 500) {
    await post(server, Array.from({ length: Math.min(500, CASES - spot) }, (_, at) => spot + at));
  }
  await until(async () => (await wall.innerText('[data-open]')) === `${CASES}`, 'all cases live', 60_000);
  const client = await wall.context().newCDPSession(wall);
  await client.send('Performance.enable');
  await pause(5_000);
  const start = await counters(client);
  const heaps = [start.heap_mb];
  const began = performance.now();
  let changes = 0;
  while (performance.now() - began < SECONDS * 1000) {
    const early = (changes * 1000) / RATE - (performance.now() - began);
    if (early > 0) await pause(early);
    await post(server, Array.from({ length: BATCH }, (_, at) => ((changes + at) * 7919) % CASES));
    changes += BATCH;
    if (changes % (RATE * 60) === 0) heaps.push((await counters(client)).heap_mb);
  }
  await pause(1_000);
  const end = await counters(client);
  heaps.push(end.heap_mb);
  const seconds = end.at - start.at;
  const opened = await wall.innerText('[data-open]');
  console.log(
    JSON.stringify({
      bench: 'busy',
      row_ms,
      map_ms,
      cases: Number(opened),
      changes,
      seconds: Math.round(seconds),
      script_ms_a_second: Math.round(((end.script - start.script) * 1000) / seconds),
      task_ms_a_second: Math.round(((end.task - start.task) * 1000) / seconds),
      heap_mb: heaps.map((mb) => Math.round(mb * 10) / 10),
      faults: wall.faults,
    }),
  );
} finally {
  await chromium.close();
  await server.stop();
}
