/**
 * The README's pictures: a city by seed, a minute old, in both languages. Not the unit's page: it uses
 * the telephone's own fonts, and a build machine may have no Chinese one.
 */
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
} finally {
  await chromium.close();
  await server.stop();
}
