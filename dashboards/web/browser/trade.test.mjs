/** A dispute and a whistle through their lives, by the desk's own buttons. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { act_for, choose_org, open_case, press_verb, sit, standing } from './desk.mjs';
import { page, room, until } from './room.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** A town of the city, which has not the authority over what its departments do. */
const TOWN = '211002016';
const EMERGENCY = 'G09002';
const [PLANNERS, POLICE] = ['211002-ZJ', '211002-GA'];
const seats = (...roles) => `/desk#${roles.map((role) => `demo-${role}`).join(',')}`;

const inside = room();

const case_of = (item, more = '') =>
  until(async () => {
    const { cases } = await inside.server.read(`cases?item=${item}&limit=50${more}`, 'demo-shift-leader');
    return cases[0]?.id;
  }, `a case of ${item}`);

const is_at = (desk, stage) =>
  desk.waitForSelector(`[data-stage="${stage}"][data-passage=here]`, { timeout: 15_000 });

/** Takes a verb whose form needs nothing more than is filled in. */
async function take(desk, offer) {
  await press_verb(desk, offer);
  await desk.waitForSelector(`[data-form=${offer.split(':')[0]}]`);
  await desk.keyboard.press('Enter');
}

/** Why a verb is refused now, in the words of the page. */
async function refused(desk, offer) {
  await desk.waitForSelector(`[data-refused="${offer}"]`, { state: 'attached' });
  return desk.textContent(`[data-refused="${offer}"]`);
}

/** Nothing that axe knows of stands in the way, in either language. */
async function is_accessible(desk) {
  await desk.addScriptTag({ path: AXE });
  for (const language of ['zh-CN', 'en']) {
    await desk.waitForSelector(`html[lang=${language}]`);
    const { violations } = await desk.evaluate((rules) => globalThis.axe.run({ runOnly: rules }), RULES);
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    assert.deepEqual(told, [], language);
    await desk.keyboard.press('l');
  }
}

test('a dispute: registered, graded, shared out, mediated, signed, revisited, evaluated', async () => {
  const desk = await page(inside.chromium, { bypassCSP: true });
  await inside.server.report({ item: 'G08002', lat: 41.271, lon: 123.175, text: '邻里噪声纠纷' });
  const id = await case_of('G08002');
  await desk.goto(inside.server.address + seats('receiver', 'mediator', 'handler', 'checker', 'agent'));
  await desk.waitForSelector('[data-freshness=live]');
  await open_case(desk, id);
  await is_at(desk, 'registered');
  assert.match(await refused(desk, 'file'), /案件尚未定级/);

  await press_verb(desk, 'grade_colour');
  await desk.selectOption('[data-choose=colour]', { label: '橙' });
  await desk.keyboard.press('Enter');
  await desk.waitForSelector('[data-colour="1"]');
  await take(desk, 'file');
  await is_at(desk, 'graded');

  await sit(desk, 'demo-mediator');
  await desk.waitForSelector('[data-acting]');
  await desk.fill('[data-acting]', '211002-SF');
  await desk.keyboard.press('Enter');
  await desk.evaluate(() => document.activeElement.blur());
  await take(desk, 'dispatch');
  await is_at(desk, 'shared_out');
  const { lead } = await inside.server.read(`cases/${id}`, 'demo-shift-leader');

  await sit(desk, 'demo-handler');
  await desk.waitForSelector(`[data-acting="${lead}"]`);
  await press_verb(desk, 'accept');
  await is_at(desk, 'mediating');
  for (const mark of ['noted', 'warned', 'overdue', 'yellow', 'red'])
    await desk.waitForSelector(`[data-clock=stage] [data-mark=${mark}][data-reached=false]`);
  assert.match(await desk.innerText('[data-clock=stage]'), /30d 00:00 自然时间/);

  await press_verb(desk, 'joint_session');
  await choose_org(desk, POLICE);
  await desk.keyboard.press('Enter');
  await desk.waitForSelector(`[data-part="${POLICE}"]`);
  assert.match(await refused(desk, 'advance:sign'), /协办单位尚未办结/);
  const { assists } = await inside.server.read(`cases/${id}`, 'demo-shift-leader');
  for (const org of assists) {
    await act_for(desk, org);
    await take(desk, 'part_done');
    await desk.waitForSelector(`[data-part="${org}"] [data-part-done=done]`);
  }
  await act_for(desk, lead);
  await press_verb(desk, 'advance:sign');
  await desk.waitForSelector('[data-form=advance]');
  await desk.keyboard.type('双方签订调解协议');
  await desk.keyboard.press('Enter');
  await is_at(desk, 'revisiting');
  await desk.waitForSelector('[data-stage=mediating][data-passage=passed] time');

  await sit(desk, 'demo-checker');
  await press_verb(desk, 'check_pass');
  await is_at(desk, 'closed');
  await sit(desk, 'demo-agent');
  await desk.click('[data-ticket] [data-verb=reply]');
  await desk.fill('[data-ticket] [data-form=reply] input', '双方已签订协议');
  await desk.keyboard.press('Enter');
  await standing(desk, 'reply', 'changed');
  await desk.click('[data-ticket] [data-verb=visit]');
  await desk.selectOption('[data-ticket] [data-choose=satisfaction]', 'fairly_satisfied');
  await desk.keyboard.press('Enter');
  await is_at(desk, 'evaluated');
  await desk.evaluate(() => document.activeElement.blur());
  const steps = await desk.$$eval('[data-step]', (all) => all.map((one) => one.dataset.step));
  for (const step of ['graded', 'filed', 'dispatched', 'accepted', 'joint_session_held', 'advanced', 'check_passed', 'replied', 'visited', 'evaluated'])
    assert.ok(steps.includes(step), `${step} is in ${steps}`);
  await is_accessible(desk);
  assert.deepEqual([desk.faults, desk.off], [[], []]);
  await desk.context().close();
});

test('a whistle: blown, signed, contacted, reported, solved, rated by the grass roots', async () => {
  const desk = await page(inside.chromium, { bypassCSP: true });
  await inside.server.report({ item: 'G03021', lat: 41.2745, lon: 123.1712 });
  const parent = await case_of('G03021');
  await inside.server.command('demo-shift-leader', { file: { case: parent } });
  await inside.server.command('demo-shift-leader', { dispatch: { case: parent, lead: PLANNERS } });
  await inside.server.command('demo-handler', { accept: { case: parent } }, { org: PLANNERS });
  await desk.goto(inside.server.address + seats('town-leader', 'handler'));
  await desk.waitForSelector('[data-freshness=live]');
  await open_case(desk, parent);
  await is_at(desk, 'handling');
  assert.match(await refused(desk, 'whistle'), /自有职权，无需吹哨/);
  await desk.fill('[data-acting]', TOWN);
  await desk.keyboard.press('Enter');
  await desk.evaluate(() => document.activeElement.blur());
  await press_verb(desk, 'whistle');
  for (const org of [PLANNERS, POLICE]) await choose_org(desk, org);
  await desk.keyboard.press('Enter');
  await standing(desk, 'whistle', 'changed');
  await desk.waitForSelector('[data-step=whistled]');
  const { timeline } = await inside.server.read(`cases/${parent}`, 'demo-shift-leader');
  const whistle = timeline.find(({ what }) => what.whistled).what.whistled.case;

  await open_case(desk, whistle);
  await is_at(desk, 'blown');
  assert.match(await refused(desk, 'advance:solved'), /尚未全部办结/);
  await sit(desk, 'demo-handler');
  for (const org of [PLANNERS, POLICE]) {
    await desk.waitForSelector('[data-acting]');
    await act_for(desk, org);
    assert.match(await desk.innerText(`[data-part="${org}"]`), /签收 \(1 小时\)/);
    for (const step of ['signed', 'contacted', 'reported']) {
      await take(desk, `part_done:${step}`);
      await desk.waitForSelector(`[data-part="${org}"] [data-part-done=${step}]`);
    }
  }
  await sit(desk, 'demo-town-leader');
  await desk.waitForSelector(`[data-acting="${TOWN}"]`);
  await is_accessible(desk);
  await take(desk, 'advance:solved');
  await is_at(desk, 'solved');
  await press_verb(desk, 'rate');
  await desk.selectOption('[data-choose=rating]', '4');
  await desk.keyboard.press('Enter');
  await is_at(desk, 'evaluated');
  const rated = await inside.server.read(`cases/${whistle}`, 'demo-shift-leader');
  assert.deepEqual([rated.rating, rated.state, rated.parent], [4, 'evaluated', parent]);
  await until(
    async () => (await inside.server.read(`cases/${parent}`, 'demo-shift-leader')).children_open === 0,
    'the case it was blown for knows',
  );
  await desk.click('[data-parent]');
  await desk.waitForSelector(`[data-opened="${parent}"]`);
  assert.deepEqual([desk.faults, desk.off], [[], []]);
  await desk.context().close();
});

test('a case is opened without a report, and supervised: the wall shows its card', async () => {
  const [desk, wall] = [await page(inside.chromium), await page(inside.chromium)];
  await desk.goto(inside.server.address + seats('dispatcher', 'supervisor'));
  await wall.goto(`${inside.server.address}/wall`);
  await desk.waitForSelector('[data-opening]');
  await desk.keyboard.press('n');
  await desk.selectOption('[data-choose=kind]', 'emergency');
  await desk.selectOption('[data-form=open] [data-choose=item]', EMERGENCY);
  await desk.fill('[data-form=open] [data-choose=grid]', TOWN);
  await desk.keyboard.press('Enter');
  await standing(desk, 'open', 'changed');
  const id = await until(async () => {
    const { cases } = await inside.server.read('cases?limit=50', 'demo-shift-leader');
    return cases.find(({ kind }) => kind === 'emergency')?.id;
  }, 'the case is open');
  await open_case(desk, id);
  await sit(desk, 'demo-supervisor');
  for (const card of ['plain', 'yellow', 'red']) {
    await take(desk, 'supervise');
    await desk.waitForSelector(`[data-clock=stage] [data-card=${card}]`);
    await desk.evaluate(() => document.activeElement.blur());
  }
  assert.match(await refused(desk, 'supervise'), /督办只升不降/);
  await wall.waitForSelector(`.wall [data-case="${id}"] [data-card=red] svg`);
  assert.match(await wall.innerText(`.wall [data-case="${id}"] [data-card]`), /红牌督办/);
  await desk.context().close();
  await wall.context().close();
});

test('a case is found by its words, by who may read them, and read', async () => {
  const desk = await page(inside.chromium, { bypassCSP: true });
  const text = '文圣路三十号院内枯树倾斜';
  await inside.server.report({ item: 'G01001', lat: 41.272, lon: 123.178, text });
  const id = await case_of('G01001');
  await desk.goto(inside.server.address + seats('shift-leader'));
  await desk.waitForSelector('[data-freshness=live]');
  await desk.keyboard.press('/');
  await desk.waitForSelector('[data-form=find]');
  await desk.evaluate(() => document.activeElement.blur());
  await is_accessible(desk);
  await desk.fill('[data-find=q]', '枯树倾斜');
  await desk.keyboard.press('Enter');
  await desk.waitForSelector(`[data-found="${id}"][data-archived=false]`);
  assert.equal((await desk.$$('[data-found]')).length, 1);
  await desk.click(`[data-found="${id}"] button`);
  await desk.waitForSelector(`[data-opened="${id}"]`);
  await desk.fill('[data-find=q]', '枯树倒伏');
  await desk.keyboard.press('Enter');
  await desk.waitForSelector('.found p');
  assert.match(await desk.innerText('.found'), /没有符合条件的案件/);
  await desk.keyboard.press('Escape');
  await desk.evaluate(() => document.activeElement.blur());
  await desk.keyboard.press('Escape');
  await desk.waitForSelector('[data-form=find]', { state: 'detached' });
  assert.deepEqual([desk.faults, desk.off], [[], []]);
  await desk.context().close();
});
