import { describe, expect, it } from 'vitest';
import said from '../../../../docs/schemas/socket-said.json';
import type { CommandBody, DeskRow } from '../lib/protocol';
import { key_of } from './keys';
import { name_of, Orders } from '../lib/orders';
import { everything, matcher, Queue } from './queue';
import { forms, possible, verb_of } from './verbs';

interface Said {
  properties: object;
  required: string[];
}

const row = (id: string, more: Partial<DeskRow> = {}): DeskRow =>
  ({ case: id, severity: 'blue', state: 'reported', opened_at: 0, item: 'G1', ...more }) as DeskRow;
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

describe('orders on their way', () => {
  const body = (id: string): CommandBody => ({ id, verb: { file: { case: '1-1' } } });

  it('wait while the line is cut, go out in order, and keep their ids', () => {
    const sent: string[] = [];
    let open = false;
    const orders = new Orders((one) => open && sent.push(one.id) > 0, () => {});
    orders.ask(body('a'), '1-1', 0);
    orders.ask(body('b'), '1-1', 0);
    expect(orders.list.map((one) => one.standing)).toEqual(['waiting', 'waiting']);
    open = true;
    orders.flush(1);
    orders.interrupted();
    orders.flush(2);
    expect(sent).toEqual(['a', 'b', 'a', 'b']);
  });

  it('can be taken back until they are due', () => {
    const orders = new Orders(() => true, () => {});
    orders.ask(body('a'), '1-1', 0, 5);
    expect(orders.list[0]?.standing).toBe('held');
    expect(orders.undo()).toBe(true);
    orders.ask(body('b'), '1-1', 0, 5);
    orders.flush(5_000);
    expect([orders.list[0]?.standing, orders.undo()]).toEqual(['sent', false]);
  });

  it('are told how they ended, whichever way their id is written', () => {
    const orders = new Orders(() => true, () => {});
    orders.ask(body('0190a1b2-c3d4-e5f6-0718-293a4b5c6d7e'), '1-1', 0);
    const command = '0190a1b2c3d4e5f60718293a4b5c6d7e';
    orders.answered({ command, case: '1-1', outcome: 'refused', refusal: { version_moved: { now: 3 } }, why: 'moved' });
    expect(orders.list[0]).toMatchObject({ standing: 'refused', refusal: 'version_moved' });
    expect(name_of('case_ended')).toBe('case_ended');
  });
});

describe('the verbs', () => {
  it('follow role and state', () => {
    const verbs = (state: DeskRow['state'], role: Parameters<typeof possible>[1]) =>
      possible(row('1-1', { state }), role).map((form) => form.verb);
    expect(verbs('reported', 'receiver')).toEqual(['file', 'ask_verify', 'reject', 'merge']);
    expect(verbs('handled', 'checker')).toEqual(['check_pass', 'check_fail']);
    expect(verbs('closed', 'shift_leader')).toEqual(['reopen']);
    expect(verbs('handled', 'handler')).toEqual([]);
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
    expect(form && verb_of(form, row('1-1'), { unit_ids: [4] })).toEqual({
      dispatch: { case: '1-1', lead: null, units: [4] },
    });
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
