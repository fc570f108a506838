/** A matter's whole life, by keyboard at the desk, each step seen on the wall. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { act_for, open_case, press_verb, sit, standing } from './desk.mjs';
import { page, pause, room, until } from './room.mjs';

const SEATS = '/desk#demo-shift-leader,demo-handler,demo-checker';

const inside = room();

const on_wall = (wall, id, state) =>
  wall.waitForSelector(`.wall [data-case="${id}"][data-state="${state}"]`, { timeout: 10_000 });

/** Goes on by the Tab key until `what` has the focus. */
async function tab_to(one, what) {
  const meant = await one.waitForSelector(what);
  for (let tries = 0; tries < 40; tries += 1) {
    if (await meant.evaluate((element) => element === document.activeElement)) return;
    await one.keyboard.press('Tab');
  }
  throw new Error(`the Tab key does not come to ${what}`);
}

test('report, file, dispatch, arrive, accept, handle, check: each seen on the wall', async () => {
  const wall = await page(inside.chromium);
  const desk = await page(inside.chromium);
  const unit = await page(inside.chromium, { width: 400, height: 860 });
  const enrol = { unit: 7, name: '市政一班', org: 'CG' };
  await inside.server.command('demo-shift-leader', { enrol }, { partition: 1 });
  await Promise.all([wall.goto(`${inside.server.address}/wall`), desk.goto(inside.server.address + SEATS)]);
  await wall.waitForSelector('.chart[data-ready=true]');
  await wall.waitForSelector('[data-freshness=live]');
  await desk.waitForSelector('[data-freshness=live]');

  const began = performance.now();
  await inside.server.report();
  const [first, second] = await Promise.all([
    wall.waitForSelector('.wall [data-case]'),
    desk.waitForSelector('.queue [data-case]'),
  ]);
  const took = performance.now() - began;
  console.log(`report to wall and desk: ${Math.round(took)} ms`);
  const id = await first.getAttribute('data-case');
  assert.equal(await second.getAttribute('data-case'), id);

  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await desk.waitForSelector(`[data-opened="${id}"] [data-ticket]`);
  await press_verb(desk, 'file');
  await desk.waitForSelector('[data-form=file]');
  await desk.keyboard.press('Enter');
  await on_wall(wall, id, 'filed');

  await press_verb(desk, 'dispatch');
  await desk.waitForSelector('[data-form=dispatch] [type=checkbox]');
  await tab_to(desk, '[type=search] >> nth=1');
  await desk.keyboard.type('市政');
  await desk.keyboard.press('Enter');
  await desk.waitForSelector('[data-form=dispatch] :checked');
  await desk.keyboard.press('Enter');
  await standing(desk, 'dispatch', 'held');
  await standing(desk, 'dispatch', 'changed');
  await on_wall(wall, id, 'dispatched');

  await unit.goto(`${inside.server.address}/unit?unit=1/7#demo-crew`);
  await unit.waitForSelector(`[data-order="${id}"]`);
  for (const stage of ['delivered', 'displayed'])
    await unit.waitForSelector(`[data-stage=${stage}][data-reached=true]`);
  await desk.waitForSelector('[data-crew="7"][data-stage=displayed]');
  await tab_to(unit, '[data-take]');
  await unit.keyboard.press('Enter');
  await desk.waitForSelector('[data-crew="7"][data-stage=accepted]');
  await tab_to(unit, '[data-arrive]');
  await unit.keyboard.press('Enter');
  await unit.waitForSelector('[data-status=on_scene]');
  await desk.waitForSelector('[data-crew="7"][data-stage=arrived]');
  await tab_to(unit, '[data-done]');
  await unit.keyboard.press('Enter');
  await unit.waitForSelector('[data-stage=done][data-reached=true]');
  await desk.waitForSelector('[data-crew="7"][data-stage=done]');

  await sit(desk, 'demo-handler');
  await press_verb(desk, 'accept');
  await on_wall(wall, id, 'handling');
  // The rules name who assists with a manhole: until that is done, the lead is not.
  const { lead, assists } = await inside.server.read(`cases/${id}`, 'demo-shift-leader');
  assert.ok(assists.length > 0);
  await desk.waitForSelector('[data-refused=handled]', { state: 'attached' });
  assert.match(await desk.textContent('[data-refused=handled]'), /协办单位尚未办结/);
  for (const org of assists) {
    await act_for(desk, org);
    await press_verb(desk, 'part_done');
    await desk.waitForSelector('[data-form=part_done]');
    await desk.keyboard.press('Enter');
    await desk.waitForSelector(`[data-part="${org}"] [data-part-done=done]`);
  }
  await act_for(desk, lead);
  await press_verb(desk, 'handled');
  await desk.waitForSelector('[data-form=handled]');
  await desk.keyboard.type('已更换井盖');
  await desk.keyboard.press('Enter');
  await on_wall(wall, id, 'handled');

  await sit(desk, 'demo-checker');
  await press_verb(desk, 'check_pass');
  await wall.waitForSelector(`.wall [data-case="${id}"]`, { state: 'detached', timeout: 10_000 });
  await desk.waitForSelector(`[data-opened="${id}"][data-state=closed]`);
  const steps = await desk.$$eval('[data-step]', (all) => all.map((one) => one.dataset.step));
  for (const step of ['opened', 'filed', 'dispatched', 'accepted', 'handled', 'check_passed'])
    assert.ok(steps.includes(step), `${step} is in ${steps}`);
  for (const one of [wall, desk, unit]) assert.deepEqual([one.faults, one.off], [[], []]);
  await Promise.all([wall, desk, unit].map((one) => one.context().close()));
});

test('a refusal is explained in the words of the page', async () => {
  const desk = await page(inside.chromium);
  await desk.goto(inside.server.address + SEATS);
  await inside.server.report({ lat: 41.29, text: '路灯不亮', item: 'G03031' });
  const row = await desk.waitForSelector('.queue [data-case]');
  const id = await row.getAttribute('data-case');
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await press_verb(desk, 'merge');
  await desk.keyboard.type('1-99999');
  await desk.keyboard.press('Enter');
  await standing(desk, 'merge', 'refused');
  assert.match(await desk.innerText('[data-order=merge]'), /没有这个案件/);
  assert.ok(id);
  await desk.context().close();
});

test('fused evidence shows its reasons in points, and can be split off', async () => {
  const desk = await page(inside.chromium);
  await desk.goto(inside.server.address + SEATS);
  await inside.server.report({ lat: 41.25, lon: 123.2, item: 'G01009', text: '民主路垃圾堆积没人清理' });
  await inside.server.report({ lat: 41.25, lon: 123.2, item: 'G01009', text: '民主路垃圾堆积没人清理' });
  const id = await until(async () => {
    const { cases } = await inside.server.read('cases?open=true&limit=50', 'demo-shift-leader');
    return cases.find((one) => one.tickets === 2)?.id;
  }, 'two reports became one case');
  await open_case(desk, id);
  await desk.waitForSelector(`[data-opened="${id}"] .reasons span`);
  assert.match(await desk.innerText('[data-ticket]:nth-of-type(2)'), /距离 \+?\d+|\d+ 分/);
  await desk.check('[data-ticket]:nth-of-type(2) [type=checkbox]');
  await desk.evaluate(() => document.activeElement.blur());
  await desk.keyboard.press('x');
  await standing(desk, 'split', 'changed');
  await until(
    async () => (await inside.server.read(`cases/${id}`, 'demo-shift-leader')).members.length === 1,
    'one ticket is left',
  );
  await desk.context().close();
});

test('what was dispatched goes out from its own seat, though the seat is changed meanwhile', async () => {
  const desk = await page(inside.chromium);
  await inside.server.report({ lat: 41.21, item: 'G03031', text: '路灯不亮' });
  await desk.goto(inside.server.address + SEATS);
  const id = await until(async () => {
    const { cases } = await inside.server.read('cases?state=reported&limit=50', 'demo-shift-leader');
    return cases.find((one) => one.item === 'G03031' && Math.abs(one.lat - 41.21) < 0.001)?.id;
  }, 'the report became a case');
  await inside.server.command('demo-shift-leader', { file: { case: id } });
  await open_case(desk, id);
  await press_verb(desk, 'dispatch');
  await desk.waitForSelector('[data-form=dispatch]');
  await desk.keyboard.press('Enter');
  await standing(desk, 'dispatch', 'held');
  await sit(desk, 'demo-handler');
  // The handler may not dispatch: its own line would be told so.
  await standing(desk, 'dispatch', 'changed');
  await press_verb(desk, 'accept');
  await standing(desk, 'accept', 'changed');
  await desk.context().close();
});

test('a crew is sent and let go again, and the sender answered, by forms made anew', async () => {
  const desk = await page(inside.chromium);
  const enrol = { unit: 10, name: '市政三班', org: 'CG' };
  await inside.server.command('demo-shift-leader', { enrol }, { partition: 1 });
  await inside.server.report({ lat: 41.268, item: 'G03031', text: '路灯不亮' });
  const id = await until(async () => {
    const { cases } = await inside.server.read('cases?state=reported&limit=50', 'demo-shift-leader');
    return cases.find((one) => Math.abs(one.lat - 41.268) < 0.001)?.id;
  }, 'the report became a case');
  await inside.server.command('demo-shift-leader', { file: { case: id } });
  await inside.server.command('demo-shift-leader', { dispatch: { case: id, lead: '211002-CG' } });
  await desk.goto(inside.server.address + SEATS);
  await open_case(desk, id);
  await press_verb(desk, 'assign');
  await desk.selectOption('[data-choose=unit]', { label: '市政三班' });
  await desk.keyboard.press('Enter');
  await standing(desk, 'assign', 'changed');
  await desk.waitForSelector('[data-crew="10"]');
  await press_verb(desk, 'release');
  await desk.selectOption('[data-choose=crew]', { label: '市政三班' });
  await desk.keyboard.press('Enter');
  await standing(desk, 'release', 'changed');
  await desk.waitForSelector('[data-crew="10"]', { state: 'detached' });

  await sit(desk, 'demo-handler');
  await press_verb(desk, 'accept');
  await standing(desk, 'accept', 'changed');
  await press_verb(desk, 'handled');
  await desk.fill('[data-form=handled] input', '写了一半');
  await desk.click('[data-verb=reply]');
  await desk.waitForSelector('[data-ticket] [data-form=reply]');
  const words = await desk.$('[data-form=reply] input');
  assert.equal(await words.inputValue(), '', 'what was written for one verb is not said with the next');
  await words.fill('路灯已排期维修');
  await desk.keyboard.press('Enter');
  await standing(desk, 'reply', 'changed');
  await desk.waitForSelector('[data-step=replied]');
  await desk.context().close();
});

test('a crew sent to a case that it may not see has its order all the same', async () => {
  const enrol = { unit: 9, name: '巡逻一组', org: 'GA' };
  await inside.server.command('demo-shift-leader', { enrol }, { partition: 1 });
  // A lead: nobody sees it but who has to.
  await inside.server.report({ item: 'G07004', lat: 41.27, lon: 123.171, text: '旅馆未落实登记' });
  const id = await until(async () => {
    const { cases } = await inside.server.read('cases?item=G07004&limit=5', 'demo-shift-leader');
    return cases[0]?.id;
  }, 'the report became a case');
  await inside.server.command('demo-shift-leader', { file: { case: id } });
  await inside.server.command('demo-shift-leader', { dispatch: { case: id, units: [9] } });
  const unit = await page(inside.chromium, { width: 400, height: 860 });
  const asked = [];
  unit.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const { hello } = JSON.parse(payload);
      if (hello) asked.push(hello.partitions);
    }),
  );
  await unit.goto(`${inside.server.address}/unit?unit=1/9#demo-crew`);
  await unit.waitForSelector(`[data-order="${id}"][data-in-sight=false]`);
  assert.deepEqual(asked, [[1]], "it asks for its own county's rows and no other's");
  await unit.waitForSelector('[data-stage=displayed][data-reached=true]');
  await unit.click('[data-take]');
  await unit.click('[data-arrive]');
  await unit.click('[data-done]');
  await unit.waitForSelector('[data-stage=done][data-reached=true]');
  await unit.context().close();
});

/** The counts once they have stood still: they are said with the ticks, each second. */
async function settled_tally() {
  const read = async () => (await inside.server.read('tally')).tallies;
  for (let before = await read(); ; ) {
    await pause(1_500);
    const now = await read();
    if (isDeepStrictEqual(now, before)) return now;
    before = now;
  }
}

test('a canary crosses the whole road, and is on no list and in no figure', async () => {
  const [wall, desk] = [await page(inside.chromium), await page(inside.chromium)];
  const before = await settled_tally();
  await wall.goto(`${inside.server.address}/wall`);
  await desk.goto(inside.server.address + SEATS);
  await wall.waitForSelector('[data-canary=through]', { timeout: 25_000 });
  assert.match(await wall.innerText('[data-canary]'), /贯通 \d+\.\d\d s/);
  const metrics = await (await fetch(`${inside.server.address}/metrics`)).text();
  for (const stage of ['pushed', 'ordered', 'closed'])
    assert.match(metrics, new RegExp(`canary_road_seconds_count\\{stage="${stage}"\\} [1-9]`));
  assert.match(metrics, /canary_lost_total 0/);
  const { cases } = await inside.server.read('cases?limit=1000', 'demo-shift-leader');
  assert.ok(cases.length > 0 && cases.every((one) => one.purpose === 'real'));
  const shown = await desk.$$eval('.queue [data-case]', (all) => all.map((one) => one.dataset.case));
  assert.deepEqual(shown.filter((id) => !cases.some((one) => one.id === id)), []);
  assert.deepEqual(await settled_tally(), before);
  for (const one of [wall, desk]) await one.context().close();
});
