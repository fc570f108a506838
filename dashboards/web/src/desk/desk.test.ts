import { describe, expect, it } from 'vitest';
import said from '../../../../docs/schemas/socket-said.json';
import type { DeskRow } from '../lib/protocol';
import { key_of } from './keys';
import { everything, matcher, Queue } from './queue';
import { listed, turned } from './choices';
import { newer, type Dossier } from './dossier';
import { asked_of } from './finding';
import { shown_marks, next_step, passage } from './road';
import { zh } from '../lib/text/zh';
import type { MarkRow, Offer, Part, RoadPage, StageRow, VerbCode } from '../lib/protocol';
import { beside_of, city_moment, complete, forms, is_open, key_of_offer, parted, refusal_code, verb_of } from './verbs';

interface Said {
  properties: object;
  required: string[];
}

const row = (id: string, more: Partial<DeskRow> = {}): DeskRow =>
  ({ case: id, severity: 'blue', state: 'reported', opened_at: 0, item: 'G1', unit_ids: [], ...more }) as unknown as DeskRow;
const rows = (...all: DeskRow[]) => new Map(all.map((one) => [one.case, one]));
const all = matcher(everything, () => '');

describe('the queue', () => {
  it('does not move by itself: new cases wait to be asked for', () => {
    const queue = new Queue();
    queue.look(rows(row('1-1'), row('1-2', { severity: 'red' })), all, true);
    expect(queue.ids).toEqual(['1-2', '1-1']);
    const more = rows(row('1-1', { severity: 'red', opened_at: 9 }), row('1-2'), row('1-3'));
    queue.look(more, all, true);
    expect([queue.ids, queue.fresh]).toEqual([['1-2', '1-1'], 1]);
    queue.refresh(more.values(), all);
    expect([queue.ids[0], queue.ids.length, queue.fresh]).toEqual(['1-1', 3, 0]);
  });

  it('is in order when its rows have come in parts, with none of them taken for new', () => {
    const queue = new Queue();
    queue.look(rows(row('1-1')), all, false);
    const second = rows(row('1-1'), row('2-1', { severity: 'red' }));
    queue.look(second, all, false);
    expect([queue.ids, queue.fresh]).toEqual([['2-1', '1-1'], 0]);
    const third = rows(...second.values(), row('3-1', { severity: 'orange' }));
    queue.look(third, all, true);
    expect([queue.ids, queue.fresh]).toEqual([['2-1', '3-1', '1-1'], 0]);
    queue.look(rows(...third.values(), row('3-2', { severity: 'red' })), all, true);
    expect([queue.ids.length, queue.fresh]).toEqual([3, 1]);
  });

  it('matches by state, severity, number and item name', () => {
    const named = (words: string) => matcher({ state: '', severity: '', words }, () => '井盖破损');
    expect(named('井盖')(row('1-1'))).toBe(true);
    expect(named('1-1')(row('1-1'))).toBe(true);
    expect(named('路灯')(row('1-1'))).toBe(false);
    expect(matcher({ ...everything, state: 'filed' }, () => '')(row('1-1'))).toBe(false);
  });
});

const offer = (verb: VerbCode, more: Partial<Offer> = {}): Offer => ({
  verb,
  step: null,
  names: { zh: verb, en: verb },
  to: null,
  refusal: null,
  why: null,
  ...more,
});

describe('the verbs', () => {
  it('are what the server offers; what it refuses now stands apart, with its reason', () => {
    const offers = [
      offer('file'),
      offer('split'),
      offer('handled', { refusal: 'assists_not_done' }),
      offer('advance', { step: 'sign' }),
      offer('accept', { refusal: { wrong_state: { state: 'filed' } } }),
    ];
    const { open, refused } = parted(offers);
    expect(open.map(key_of_offer)).toEqual(['file', 'advance:sign']);
    expect(refused.map(({ refusal }) => refusal && zh.refusal[refusal_code(refusal)])).toEqual([
      zh.refusal.assists_not_done,
      zh.refusal.wrong_state,
    ]);
    expect([is_open(offers, 'split'), is_open(offers, 'handled')]).toEqual([true, false]);
  });

  it('are said as the server reads them', () => {
    const verbs = new Map(
      said.$defs.Verb.oneOf.flatMap(({ properties }) => Object.entries<Said>(properties)),
    );
    for (const [name, form] of Object.entries(forms)) {
      const fields = Object.keys(form.says({ case: '1-1', ticket: '1-9', step: 'sign' }, {}));
      const known = verbs.get(name);
      expect(Object.keys(known?.properties ?? {}), name).toEqual(expect.arrayContaining(fields));
      expect(fields, name).toEqual(expect.arrayContaining(known?.required ?? ['a verb']));
    }
  });

  it('name what was filled in', () => {
    const filled = { unit_ids: [4], org_codes: ['GA'] };
    expect(verb_of(offer('dispatch'), { case: '1-1' }, filled)).toEqual({
      dispatch: { case: '1-1', lead: null, assists: ['GA'], units: [4] },
    });
    const signed = verb_of(offer('part_done', { step: 'signed' }), { case: '1-1' }, {});
    expect(signed).toEqual({ part_done: { case: '1-1', step: 'signed' } });
    const rated = verb_of(offer('rate'), { case: '1-1' }, { rating: '4', resolved: 'no' });
    expect(rated).toEqual({ rate: { case: '1-1', rating: 4, resolved: false } });
  });

  it('are not complete without what they need', () => {
    const none = row('1-1', { item: null });
    const lacking: VerbCode[] = ['file', 'join', 'grade_colour', 'whistle', 'extend', 'cancel'];
    for (const verb of lacking) expect(complete(verb, none, {}), verb).toBe(false);
    expect(complete('extend', none, { until: '2026-11-26T18:00' })).toBe(true);
    expect(city_moment('2026-11-26T18:00')).toBe(Date.UTC(2026, 10, 26, 10));
    expect(complete('whistle', none, { org_codes: ['GA'] })).toBe(true);
    expect(complete('urge', none, {})).toBe(true);
  });

  it('answer a ticket, the words beside the verb', () => {
    const filled = { text: '已处理' };
    expect(complete('reply', row('1-1'), { text: ' ' })).toBe(false);
    expect(complete('reply', row('1-1'), filled)).toBe(true);
    const said = verb_of(offer('reply'), { case: '1-1', ticket: '1-9' }, filled);
    expect(said).toEqual({ reply: { ticket: '1-9' } });
    expect(beside_of(filled)).toEqual({ text: '已处理' });
  });
});

describe('the road and the clocks', () => {
  const stage = (here: boolean, since: number | null) => ({ here, since }) as StageRow;
  const mark = (mark: MarkRow['mark']) => ({ mark, at: 0, reached: false });

  it('tell what is passed, here and ahead', () => {
    const seen = [stage(false, 1), stage(true, 2), stage(false, null)].map(passage);
    expect(seen).toEqual(['passed', 'here', 'ahead']);
  });

  it('leave out where a clock began', () => {
    expect(shown_marks([mark('running'), mark('noted')]).map((one) => one.mark)).toEqual(['noted']);
  });

  it('say what a part has to do next, and in which time', () => {
    const road = {
      part_steps: [
        { step: 'signed', amount: 1, unit: 'hours' },
        { step: 'reported', amount: 3, unit: 'working_days' },
      ],
    } as RoadPage;
    const part = (more: Partial<Part>) =>
      next_step(zh, { role: 'called', done: [], ended: false, ...more } as Part, road);
    expect(part({})).toBe('签收 (1 小时)');
    expect(part({ done: [['signed', 1]] })).toBe('反馈 (3 工作日)');
    expect(part({ role: 'assist' })).toBe('办结');
    expect(part({ ended: true })).toBeNull();
  });
});

describe('choosing some of many', () => {
  const crews = Array.from({ length: 300 }, (_, key) => ({ key, name: `班组 ${key}` }));

  it('finds any of them by what is typed', () => {
    expect(listed(crews, [], '班组 299').map(({ key }) => key)).toEqual([299]);
    expect(listed(crews, [], '').length).toBe(100);
  });

  it('keeps what is chosen in sight, and everything in its place', () => {
    expect(listed(crews, [250], '299').map(({ key }) => key)).toEqual([250, 299]);
    expect(listed(crews, [5], '').map(({ key }) => key).slice(4, 7)).toEqual([4, 5, 6]);
    expect([turned([1], 2), turned([1, 2], 1)]).toEqual([[1, 2], [2]]);
  });
});

describe('a dossier', () => {
  const read = (position: string, epoch = 'e0', id = '1-1') =>
    ({ id, as_of: { position, epoch, partition: 1, at: 0 } }) as unknown as Dossier;

  it('that was overtaken is not shown', () => {
    const [old, young] = [read('9.9'), read('10.0')];
    expect(newer(young, old)).toBe(young);
    expect(newer(old, young)).toBe(young);
    expect(newer(old, null)).toBe(old);
  });

  it('of another case or another journal takes its place', () => {
    const [shown, other, anew] = [read('10.0'), read('9.0', 'e0', '1-2'), read('1.0', 'e1')];
    expect([newer(other, shown), newer(anew, shown)]).toEqual([other, anew]);
  });
});

describe('keys', () => {
  const press = (key: string, more: object = {}) => key_of({ key, target: null, ...more } as KeyboardEvent);

  it('are commands', () => {
    expect(press('j')).toEqual({ does: 'move', by: 1 });
    expect(press('3')).toEqual({ does: 'verb', nth: 3 });
    expect(press('z', { ctrlKey: true })).toEqual({ does: 'undo' });
  });

  it('are letters where somebody writes, or an input method does', () => {
    expect(press('j', { target: { tagName: 'INPUT' } })).toBeNull();
    expect(press('j', { isComposing: true })).toBeNull();
    expect(press('j', { keyCode: 229 })).toBeNull();
    expect(press('Escape', { target: { tagName: 'INPUT' } })).toEqual({ does: 'close' });
  });
});

describe('a search', () => {
  const nothing = { q: '', number: '', item: '', place: '', org: '', from: '', to: '' };

  it('asks only for what is filled in', () => {
    expect(asked_of(nothing)).toEqual({});
    expect(asked_of({ ...nothing, q: ' 井盖 ', place: '211002' })).toEqual({ q: '井盖', place: '211002' });
  });

  it('takes days of the city, the last one whole', () => {
    const { from, to } = asked_of({ ...nothing, from: '2026-02-28', to: '2026-02-28' });
    expect(new Date(Number(from)).toISOString()).toBe('2026-02-27T16:00:00.000Z');
    expect(Number(to) - Number(from)).toBe(86_400_000);
  });
});
