/** Both languages, every page by axe, and no word to anywhere else. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { page, room } from './room.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

const inside = room(async (server) => {
  const enrol = { unit: 7, name: '市政一班', org: 'CG' };
  await server.command('demo-shift-leader', { enrol }, { partition: 1 });
  await server.report({ lat: 41.26 });
  await server.report({ lat: 41.28, item: 'G03031', text: '路灯不亮' });
});

const pages = [
  ['wall', '/wall', '.wall [data-case]'],
  ['desk', '/desk#demo-shift-leader', '.queue [data-case]'],
  ['unit', '/unit?unit=1/7#demo-crew', '[data-status]'],
  ['sign in', '/desk', 'form'],
];

for (const [name, road, sign] of pages) {
  for (const lang of ['zh', 'en']) {
    test(`${name} in ${lang}: axe finds nothing`, async () => {
      const made = await page(inside.chromium, { bypassCSP: true });
      const [path, token] = road.split('#');
      const address = `${inside.server.address}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`;
      await made.goto(token ? `${address}#${token}` : address);
      await made.waitForSelector(sign);
      if (name === 'desk') {
        await made.keyboard.press('j');
        await made.keyboard.press('Enter');
        await made.waitForSelector('[data-ticket]');
      }
      if (name === 'wall') await made.waitForSelector('.chart[data-ready=true]');
      await made.addScriptTag({ path: AXE });
      const found = await made.evaluate((rules) => globalThis.axe.run({ runOnly: rules }), RULES);
      const faults = found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
      assert.deepEqual(faults, []);
      assert.ok(found.passes.length > 5, 'axe looked at the page');
      assert.deepEqual([made.off, made.faults], [[], []]);
      await made.context().close();
    });
  }
}

test('the English wall has no Chinese but names', async () => {
  const wall = await page(inside.chromium);
  await wall.goto(`${inside.server.address}/wall?lang=en`);
  await wall.waitForSelector('.wall [data-case]');
  const words = await wall.$$eval('h2, dt, .scene, .levels, .state, footer', (all) =>
    all.map((one) => one.textContent).join(' '),
  );
  assert.doesNotMatch(words, /[\u4e00-\u9fff]/);
  await wall.context().close();
});

test('the map is drawn, in the font that is shipped', async () => {
  const wall = await page(inside.chromium);
  await wall.goto(`${inside.server.address}/wall`);
  await wall.waitForSelector('.chart[data-ready=true]');
  await wall.waitForSelector('.wall [data-case]');
  await wall.waitForTimeout(600);
  const canvas = await wall.$('.chart canvas');
  const png = (await canvas.screenshot()).toString('base64');
  const saturated = await wall.evaluate(async (picture) => {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const paper = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    paper.drawImage(bitmap, 0, 0);
    const { data } = paper.getImageData(0, 0, bitmap.width, bitmap.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
      if (Math.max(r, g, b) - Math.min(r, g, b) > 90) count += 1;
    }
    return count;
  }, png);
  assert.ok(saturated > 40, `${saturated} coloured points`);
  const font = await wall.evaluate(() => document.fonts.check('24px "Noto Sans SC Variable"', '辽阳'));
  assert.ok(font);
  await wall.context().close();
});

test('what is not there is not there', async () => {
  for (const [road, status] of [['/assets/none.js', 404], ['/wall', 200], ['/nothing', 404]]) {
    const answer = await fetch(inside.server.address + road);
    assert.equal(answer.status, status, road);
  }
  const policy = (await fetch(`${inside.server.address}/desk`)).headers.get('content-security-policy');
  assert.match(policy, /default-src 'self'/);
});
