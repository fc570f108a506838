import { describe, expect, it } from 'vitest';
import { name_of, Orders, type Line } from './orders';
import type { CommandBody, Live } from './protocol';

const body = (id: string): CommandBody => ({ id, verb: { file: { case: '1-1' } } });
const receipt = (command: string, position: string) => ({ command, partition: 1, position, epoch: 'e0' });
const live = (through: string, partition = 1): Live => ({
  partition,
  through: `e0:${through}`,
  at: 0,
  how: 'resync',
});
const changed = (command: string) =>
  ({ command, case: '1-1', outcome: 'changed', refusal: null, why: null }) as const;

/** What a seat's line carried. */
function line(): { sent: string[]; carry: Line } {
  const sent: string[] = [];
  return { sent, carry: (one) => sent.push(one.id) > 0 };
}

function standing(orders: Orders): string[] {
  return orders.list.map((one) => one.standing);
}

describe('orders on their way', () => {
  it('wait while the line is cut, go out in order, and keep their ids', () => {
    const { sent, carry } = line();
    const orders = new Orders(() => {});
    orders.ask('me', body('a'), '1-1', 0);
    orders.ask('me', body('b'), '1-1', 0);
    expect(standing(orders)).toEqual(['waiting', 'waiting']);
    orders.opened('me', carry, 1);
    orders.interrupted('me');
    expect([standing(orders), orders.unsent]).toEqual([['waiting', 'waiting'], 2]);
    orders.opened('me', carry, 2);
    expect(sent).toEqual(['a', 'b', 'a', 'b']);
  });

  it('go out over the seat they were asked from, and over no other', () => {
    const [leader, handler] = [line(), line()];
    const orders = new Orders(() => {});
    orders.opened('leader', leader.carry, 0);
    orders.ask('leader', body('held'), '1-1', 0, 5);
    orders.interrupted('leader');
    orders.ask('leader', body('cut'), '1-1', 0);
    orders.opened('handler', handler.carry, 1);
    orders.flush(5_000);
    expect([handler.sent, standing(orders)]).toEqual([[], ['waiting', 'waiting']]);
    orders.opened('leader', leader.carry, 6_000);
    expect([handler.sent, leader.sent]).toEqual([[], ['held', 'cut']]);
    orders.interrupted('handler');
    expect(standing(orders)).toEqual(['sent', 'sent']);
  });

  it('can be taken back until they are due', () => {
    const orders = new Orders(() => {});
    orders.opened('me', () => true, 0);
    orders.ask('me', body('a'), '1-1', 0, 5);
    expect(standing(orders)).toEqual(['held']);
    expect(orders.undo()).toBe(true);
    orders.ask('me', body('b'), '1-1', 0, 5);
    orders.flush(5_000);
    expect([standing(orders), orders.undo()]).toEqual([['sent'], false]);
  });

  it('cannot be taken back once they were sent, though a cut makes them wait again', () => {
    const orders = new Orders(() => {});
    orders.ask('me', body('never sent'), '1-1', 0);
    orders.opened('me', (one) => one.id === 'may be done', 0);
    orders.ask('me', body('may be done'), '1-1', 1);
    orders.interrupted('me');
    expect(standing(orders)).toEqual(['waiting', 'waiting']);
    expect([orders.undo(), orders.undo()]).toEqual([true, false]);
    expect(orders.list.map((one) => one.body.id)).toEqual(['may be done']);
  });

  it('are kept until they are settled, however many come after', () => {
    const orders = new Orders(() => {});
    orders.ask('cut', body('first'), '1-1', 0);
    orders.opened('me', () => true, 0);
    for (let nth = 0; nth < 100; nth += 1) {
      orders.ask('me', body(`${nth}`), '1-1', nth);
      orders.answered(changed(`${nth}`));
    }
    expect(orders.list.length).toBe(41);
    expect(orders.list.at(-1)).toMatchObject({ standing: 'waiting', body: { id: 'first' } });
    expect([orders.awaits('cut'), orders.awaits('me')]).toEqual([true, false]);
  });

  it('are told how they ended, whichever way their id is written', () => {
    const orders = new Orders(() => {});
    orders.ask('me', body('0190a1b2-c3d4-e5f6-0718-293a4b5c6d7e'), '1-1', 0);
    const command = '0190a1b2c3d4e5f60718293a4b5c6d7e';
    const refusal = { version_moved: { now: 3 } };
    orders.answered({ command, case: '1-1', outcome: 'refused', refusal, why: 'moved' });
    expect(orders.list[0]).toMatchObject({ standing: 'refused', refusal: 'version_moved' });
    expect(name_of('case_ended')).toBe('case_ended');
  });
});

describe('an order that was journalled', () => {
  it('is asked again by its id where the rows were said anew: its answer is in them', () => {
    const { sent, carry } = line();
    const orders = new Orders(() => {});
    orders.opened('me', carry, 0);
    orders.ask('me', body('a'), '1-1', 0);
    orders.journalled('me', receipt('a', '9.0'), 0);
    orders.restarted('me', live('9.4', 2), 1);
    expect([standing(orders), sent]).toEqual([['journalled'], ['a']]);
    orders.restarted('me', live('9.4'), 1);
    expect([standing(orders), sent]).toEqual([['sent'], ['a', 'a']]);
    expect(orders.undo()).toBe(false);
    orders.journalled('me', receipt('a', '10.0'), 2);
    orders.answered(changed('a'));
    expect(standing(orders)).toEqual(['changed']);
  });

  it('is asked again, too, where its receipt comes after those rows', () => {
    const { sent, carry } = line();
    const orders = new Orders(() => {});
    orders.opened('me', carry, 0);
    orders.ask('me', body('a'), '1-1', 0);
    orders.restarted('me', live('9.4'), 1);
    orders.journalled('me', receipt('a', '9.4'), 2);
    expect([standing(orders), sent]).toEqual([['sent'], ['a', 'a']]);
    orders.journalled('me', receipt('a', '9.5'), 3);
    expect(standing(orders)).toEqual(['journalled']);
  });

  it('stays so where asking again is turned away', () => {
    const orders = new Orders(() => {});
    orders.opened('me', () => true, 0);
    orders.ask('me', body('a'), '1-1', 0);
    orders.journalled('me', receipt('a', '9.0'), 0);
    orders.restarted('me', live('9.4'), 1);
    orders.turned_away({ command: 'a', status: 503, type: '', title: '', detail: 'later' });
    expect(standing(orders)).toEqual(['journalled']);
  });
});
