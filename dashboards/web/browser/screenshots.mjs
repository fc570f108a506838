/**
 * The README's pictures: a city by seed, a minute old, in both languages. The unit's page uses the
 * telephone's own fonts: on a machine without a Chinese one it is left as it is.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { browser, page, pause, Server } from './room.mjs';

const OUT = new URL('../../../docs/pictures/', import.meta.url).pathname;
/** Long enough that cases are in every state. */
const LIVE_MS = Number(process.env.LIVE_MS ?? 60_000);

async function picture(made, name) {
  await made.evaluate(() => document.fonts.ready);
  await made.screenshot({ path: `${OUT}${name}.png` });
  console.log(`docs/pictures/${name}.png`);
}

function has_chinese_font() {
  try {
    return execFileSync('fc-list', [':lang=zh']).length > 0;
  } catch {
    return false;
  }
}

/** A crew's page with an order under way. */
async function unit_picture(server, chromium) {
  if (!has_chinese_font()) return console.log('no Chinese font here: unit.png is left as it is');
  const { units } = await server.read('units', 'demo-shift-leader');
  const ordered = units.filter(({ assignment }) => assignment !== null);
  const newest = (one, other) => other.assignment.ordered_at - one.assignment.ordered_at;
  const busy = ordered.toSorted(newest)[0] ?? units[0];
  const unit = await page(chromium, { width: 400, height: 780 });
  await unit.goto(`${server.address}/unit?unit=${busy.partition}/${busy.id}#demo-crew`);
  await unit.waitForSelector('[data-status]');
  await pause(1_000);
  await picture(unit, 'unit');
}

mkdirSync(OUT, { recursive: true });
const server = await Server.start({ mode: 'demo' });
const chromium = await browser();
try {
  const wall = await page(chromium);
  await wall.goto(`${server.address}/wall`);
  await wall.waitForSelector('.chart[data-ready=true]');
  await pause(LIVE_MS);
  await picture(wall, 'wall');
  await wall.goto(`${server.address}/wall?lang=en`);
  await wall.waitForSelector('.chart[data-ready=true]');
  await pause(1_000);
  await picture(wall, 'wall.en');

  const desk = await page(chromium);
  await desk.goto(`${server.address}/desk#demo-shift-leader,demo-handler,demo-checker`);
  const { cases } = await server.read('cases?open=true&limit=200', 'demo-shift-leader');
  const fused = cases.toSorted((one, other) => other.tickets - one.tickets)[0];
  await desk.waitForSelector('.queue [data-case]');
  await desk.keyboard.press('f');
  await desk.keyboard.type(fused.id);
  await desk.keyboard.press('Escape');
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await desk.waitForSelector('[data-ticket]');
  await desk.fill('.queue input', '');
  await pause(800);
  await picture(desk, 'desk');
  await unit_picture(server, chromium);
} finally {
  await chromium.close();
  await server.stop();
}
