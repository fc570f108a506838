import { expect, it } from 'vitest';
import { Orders } from './orders';
import type { CaseRow } from './protocol';
import type { Session } from './session';
import { Sitting } from './sitting';

it('a seat that was left keeps its line until its orders are settled', () => {
  const orders = new Orders(() => {});
  const open: string[] = [];
  const made = (seat: string) => () => {
    const session = {
      link: { open: () => open.push(seat) },
      link_state: { phase: 'open' },
      close: () => open.splice(open.indexOf(seat), 1),
    };
    orders.opened(seat, () => true, 0);
    return session as unknown as Session<CaseRow>;
  };
  const sitting = new Sitting<CaseRow>([orders]);
  const leader = sitting.take('leader', made('leader'));
  orders.ask('leader', { id: 'a', verb: { file: { case: '1-1' } } }, '1-1', 0, 5);
  sitting.take('handler', made('handler'));
  expect(open).toEqual(['leader', 'handler']);
  expect(sitting.take('leader', made('leader'))).toBe(leader);
  expect(open).toEqual(['leader']);
  sitting.take('handler', made('handler'));
  orders.flush(5_000);
  orders.answered({ command: 'a', case: '1-1', outcome: 'changed', refusal: null, why: null });
  sitting.tidy();
  expect(open).toEqual(['handler']);
  sitting.close();
  expect(open).toEqual([]);
});
