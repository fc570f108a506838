import { expect, it } from 'vitest';
import { Orders } from '../lib/orders';
import type { UnitRow } from '../lib/protocol';
import { Stamper } from './stamper';

const unit: UnitRow = {
  partition: 1,
  id: 7,
  name: '市政一班',
  org: 'CG',
  status: 'dispatched',
  grid: null,
  changed_at: 0,
  assignment: {
    case: '1-7',
    ordered_at: 1_000,
    delivered_at: null,
    displayed_at: null,
    accepted_at: null,
    arrived_at: null,
    done_at: null,
  },
};

/** A page that asks what is due. */
function page() {
  const orders = new Orders(() => {});
  orders.opened('me', () => true, 0);
  const stamper = new Stamper(orders);
  let made = 0;
  const look = (now: number, visible = true) => {
    const due = stamper.due(unit, visible, now, () => `id-${(made += 1)}`);
    if (due === null) return null;
    const [stamp, id] = due;
    orders.ask('me', { id, verb: { stamp: { unit: 7, case: '1-7', stamp } } }, '1-7', now);
    return stamp;
  };
  return { orders, look };
}

it('what the page does by itself is stamped once', () => {
  const { look } = page();
  expect([look(0, false), look(500, false), look(1_000), look(1_500)]).toEqual([
    'delivered',
    null,
    'displayed',
    null,
  ]);
});

it('a stamp that failed is repeated, less and less often', () => {
  const { orders, look } = page();
  const refuse = () => {
    const command = orders.list[0]?.body.id ?? '';
    const refusal = { version_moved: { now: 3 } };
    orders.answered({ command, case: '1-7', outcome: 'refused', refusal, why: 'x' });
  };
  expect(look(0)).toBe('displayed');
  refuse();
  expect([look(1_000), look(5_999), look(6_000)]).toEqual([null, null, 'displayed']);
  const away = { command: 'id-2', status: 503, type: '', title: '', detail: 'later' };
  orders.turned_away(away);
  expect([look(7_000), look(16_999), look(17_000)]).toEqual([null, null, 'displayed']);
});
