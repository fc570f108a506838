import { describe, expect, it } from 'vitest';
import said from '../../../../docs/schemas/socket-said.json';
import type { DeskRow } from '../lib/protocol';
import { key_of } from './keys';
import { everything, matcher, Queue } from './queue';
import { listed, turned } from './choices';
import { newer, type Dossier } from './dossier';
import { beside_of, complete, forms, possible, verb_of } from './verbs';

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
    queue.look(rows(row('1-1'), row('1-2', { severity: 'red' })), all);
    expect(queue.ids).toEqual(['1-2', '1-1']);
    const more = rows(row('1-1', { severity: 'red', opened_at: 9 }), row('1-2'), row('1-3'));
    queue.look(more, all);
    expect([queue.ids, queue.fresh]).toEqual([['1-2', '1-1'], 1]);
    queue.refresh(more.values(), all);
    expect([queue.ids[0], queue.ids.length, queue.fresh]).toEqual(['1-1', 3, 0]);
  });

  it('matches by state, severity, number and item name', () => {
    const named = (words: string) => matcher({ state: '', severity: '', words }, () => '井盖破损');
    expect(named('井盖')(row('1-1'))).toBe(true);
    expect(named('1-1')(row('1-1'))).toBe(true);
    expect(named('路灯')(row('1-1'))).toBe(false);
    expect(matcher({ ...everything, state: 'filed' }, () => '')(row('1-1'))).toBe(false);
  });
});

describe('the verbs', () => {
  it('follow role and state', () => {
    const verbs = (state: DeskRow['state'], role: Parameters<typeof possible>[1]) =>
      possible(row('1-1', { state }), role).map((form) => form.verb);
    expect(verbs('reported', 'receiver')).toEqual(['file', 'ask_verify', 'reject', 'merge']);
    expect(verbs('handled', 'checker')).toEqual(['check_pass', 'check_fail']);
    expect(verbs('closed', 'shift_leader')).toEqual(['reopen']);
    expect(verbs('handled', 'handler')).toEqual(['reply']);
    expect(verbs('closed', 'agent')).toEqual(['reopen', 'reply']);
    expect(verbs('filed', null)).toEqual([]);
  });

  it('are said as the server reads them', () => {
    const verbs = new Map(
      said.$defs.Verb.oneOf.flatMap(({ properties }) => Object.entries<Said>(properties)),
    );
    for (const form of forms) {
      const fields = Object.keys(form.says('1-1', {}));
      const known = verbs.get(form.verb);
      expect(Object.keys(known?.properties ?? {}), form.verb).toEqual(expect.arrayContaining(fields));
      expect(fields, form.verb).toEqual(expect.arrayContaining(known?.required ?? ['a verb']));
    }
  });

  it('name what was filled in', () => {
    const form = forms.find((one) => one.verb === 'dispatch');
    expect(form && verb_of(form, row('1-1'), { unit_ids: [4], org_codes: ['GA'] })).toEqual({
      dispatch: { case: '1-1', lead: null, assists: ['GA'], units: [4] },
    });
  });
});

describe('releasing and replying', () => {
  const form = (verb: string) => forms.find((one) => one.verb === verb) as (typeof forms)[number];

  it('lets go of a crew where one is there', () => {
    const there = row('1-1', { state: 'handling', unit_ids: [4] });
    const may = (one: DeskRow) => possible(one, 'dispatcher').some(({ verb }) => verb === 'release');
    expect([may(there), may(row('1-1', { state: 'handling' }))]).toEqual([true, false]);
    expect(complete(form('release'), there, {})).toBe(false);
    expect(verb_of(form('release'), there, { crew: '4' })).toEqual({ release: { case: '1-1', unit: 4 } });
  });

  it('answers a ticket, its words beside the verb', () => {
    const filled = { ticket: '1-9', text: '已处理' };
    expect(complete(form('reply'), row('1-1'), { ticket: '1-9', text: ' ' })).toBe(false);
    expect(complete(form('reply'), row('1-1'), filled)).toBe(true);
    expect(verb_of(form('reply'), row('1-1'), filled)).toEqual({ reply: { ticket: '1-9' } });
    expect(beside_of(filled)).toEqual({ text: '已处理' });
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
