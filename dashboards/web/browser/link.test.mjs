/** What pages show and do when the line or the server fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Line, page, room, until } from './room.mjs';

const inside = room();

const position = (wall) => wall.getAttribute('[data-position]', 'data-position');
const shown = (wall) =>
  wall.$$eval('.wall [data-case]', (all) => all.map((one) => `${one.dataset.case} ${one.dataset.state}`));

test('a server killed and started again: two walls come back by themselves and agree', async () => {
  const walls = [await page(inside.chromium), await page(inside.chromium)];
  await walls[0].goto(`${inside.server.address}/wall`);
  await walls[1].goto(`${inside.server.address}/wall/2`);
  await inside.server.report({ lat: 41.26 });
  for (const wall of walls) await wall.waitForSelector('.wall [data-case]');
  await inside.server.kill();
  for (const wall of walls) await wall.waitForSelector('[data-freshness=cut]', { timeout: 15_000 });
  assert.match(await walls[0].innerText('.bar'), /连接中断/);
  assert.equal((await shown(walls[0])).length, 1, 'what was known stays on the wall');
  await inside.server.run();
  await inside.server.report({ lat: 41.28 });
  for (const wall of walls) {
    await wall.waitForSelector('[data-freshness=live]', { timeout: 30_000 });
    await wall.waitForFunction(() => document.querySelectorAll('.wall [data-case]').length === 2);
  }
  await until(
    async () => (await position(walls[0])) === (await position(walls[1])),
    'both walls stand at one position',
  );
  assert.deepEqual(await shown(walls[0]), await shown(walls[1]));
  for (const wall of walls) await wall.context().close();
});

test('a server that says nothing is late, then stale, then cut; and live again', async () => {
  const wall = await page(inside.chromium);
  await wall.goto(`${inside.server.address}/wall`);
  await wall.waitForSelector('[data-freshness=live]');
  const ages = () => wall.$$eval('[data-panel-age]', (all) => all.map((one) => one.dataset.panelAge));
  // The list, the map, the progress, the counties, the totals: each says how old it is.
  await until(async () => (await ages()).join() === 'live,live,live,live,live', 'each panel is live');
  inside.server.child.kill('SIGSTOP');
  try {
    await wall.waitForSelector('[data-freshness=late]', { timeout: 15_000 });
    await wall.waitForSelector('[data-freshness=stale]', { timeout: 15_000 });
    assert.match(await wall.innerText('.bar'), /数据已停止更新 \d+ 秒/);
    await wall.waitForSelector('main.old');
    assert.deepEqual(new Set(await ages()), new Set(['late']));
    await wall.waitForSelector('[data-freshness=cut]', { timeout: 15_000 });
  } finally {
    inside.server.child.kill('SIGCONT');
  }
  await wall.waitForSelector('[data-freshness=live]', { timeout: 60_000 });
  await wall.context().close();
});

test('what the desk asks while the line is cut waits, is not shown as sent, and is done once', async () => {
  const desk = await page(inside.chromium);
  await desk.goto(`${inside.server.address}/desk#demo-shift-leader`);
  await desk.waitForSelector('.queue [data-case]');
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await desk.waitForSelector('[data-verb=ask_verify]');
  await inside.server.kill();
  await desk.waitForSelector('[data-freshness=cut]', { timeout: 15_000 });
  await desk.click('[data-verb=ask_verify]');
  await desk.waitForSelector('[data-order=ask_verify][data-standing=waiting]');
  assert.equal(await desk.getAttribute('[data-unsent]', 'data-unsent'), '1');
  await inside.server.run();
  await desk.waitForSelector('[data-order=ask_verify][data-standing=changed]', { timeout: 30_000 });
  assert.equal(await desk.getAttribute('[data-unsent]', 'data-unsent'), '0');
  await desk.waitForSelector('[data-step=verify_asked]');
  assert.equal((await desk.$$('[data-step=verify_asked]')).length, 1);
  await desk.context().close();
});

test('a line cut while the server runs on: cut is shown, then live again by the tail', async () => {
  const line = await Line.to(inside.server);
  const wall = await page(inside.chromium);
  const lives = [];
  wall.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const { live } = JSON.parse(payload);
      if (live) lives.push(live.how);
    }),
  );
  await wall.goto(`${line.address}/wall`);
  await wall.waitForSelector('[data-freshness=live]');
  const before = await wall.$$eval('.wall [data-case]', (all) => all.length);
  assert.deepEqual(new Set(lives.splice(0)), new Set(['snapshot']));
  line.cut();
  await wall.waitForSelector('[data-freshness=cut]', { timeout: 15_000 });
  assert.match(await wall.innerText('.bar'), /连接中断/);
  await inside.server.report({ lat: 41.24, text: '路灯不亮', item: 'G03031' });
  line.heal();
  // It stands there for three seconds only.
  const restored = await wall.waitForSelector('.bar.restored', { timeout: 30_000 });
  assert.match(await restored.innerText(), /已恢复，补齐 [1-9]/);
  await wall.waitForSelector('[data-freshness=live]');
  await wall.waitForFunction((was) => document.querySelectorAll('.wall [data-case]').length > was, before);
  assert.deepEqual(new Set(lives), new Set(['tail']));
  await wall.context().close();
  await line.close();
});

test("the crew's page: what is asked while the line is cut goes out when it is back, once", async () => {
  const enrol = { unit: 8, name: '市政二班', org: 'CG' };
  await inside.server.command('demo-shift-leader', { enrol }, { partition: 1 });
  const line = await Line.to(inside.server);
  const unit = await page(inside.chromium, { width: 400, height: 860 });
  await unit.goto(`${line.address}/unit?unit=1/8#demo-crew`);
  await unit.waitForSelector('[data-status=available]');
  line.cut();
  await unit.waitForSelector('[data-freshness=cut]', { timeout: 15_000 });
  await unit.click('[data-duty]');
  await unit.waitForSelector('[data-standing=waiting]');
  line.heal();
  await unit.waitForSelector('[data-status=off_duty]', { timeout: 30_000 });
  await unit.waitForSelector('[data-standing=changed]');
  await unit.context().close();
  await line.close();
});

test('a canary that comes no more is late, and missing once the server knows of none', async () => {
  const wall = await page(inside.chromium);
  // What the server would say if its road broke: beats as they are, but with another canary.
  let told = (beat) => beat;
  await wall.routeWebSocket('**/api/v1/socket', (near) => {
    const far = near.connectToServer();
    far.onMessage((text) => {
      const frame = JSON.parse(text);
      near.send(frame.beat ? JSON.stringify({ beat: told(frame.beat) }) : text);
    });
  });
  const road = (at) => ({ road_ms: 90, at });
  told = (beat) => ({ ...beat, canary: road(beat.now - 10_000) });
  await wall.goto(`${inside.server.address}/wall`);
  await wall.waitForSelector('[data-canary=through]');
  told = (beat) => ({ ...beat, canary: road(beat.now - 31_000) });
  await wall.waitForSelector('[data-canary=late]');
  assert.match(await wall.innerText('[data-canary]'), /▲ 贯通 0\.09 s/);
  // Started again, it knows of none yet; half a minute later it should.
  told = (beat) => ({ ...beat, canary: null });
  await wall.waitForSelector('[data-canary]', { state: 'detached' });
  told = (beat) => ({ ...beat, now: beat.now + 31_000, canary: null });
  await wall.waitForSelector('[data-canary=missing]');
  assert.match(await wall.innerText('[data-canary]'), /▲ 贯通信号缺失/);
  await wall.context().close();
});

test('an unknown token is told, and not tried again and again', async () => {
  const desk = await page(inside.chromium);
  await desk.goto(`${inside.server.address}/desk#nobody`);
  await desk.waitForSelector('[data-freshness=refused]');
  assert.match(await desk.innerText('.bar'), /口令/);
  await desk.context().close();
});
