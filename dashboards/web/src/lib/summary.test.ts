import { describe, expect, it } from 'vitest';
import type { CaseRow } from './protocol';
import { summary } from './summary';

const row = (id: string, more: Partial<CaseRow>): CaseRow =>
  ({ case: id, severity: 'blue', state: 'reported', opened_at: 0, overdue: false, ...more }) as CaseRow;

describe('a summary', () => {
  const rows = [
    row('1-1', { opened_at: 5 }),
    row('1-2', { severity: 'red', opened_at: 1 }),
    row('2-1', { severity: 'red', state: 'closed' }),
    row('2-2', { severity: 'yellow', overdue: true, state: 'handling' }),
    row('2-3', { severity: 'yellow', opened_at: 9 }),
    row('2-4', { state: 'evaluated' }),
    row('2-5', { state: 'handed_over' }),
    row('3-1', { state: 'suspended' }),
  ];

  it('counts what is open, by severity, state and county', () => {
    const all = summary(rows, 3);
    expect(all.open).toBe(5);
    expect(all.overdue).toBe(1);
    expect(all.by_severity).toEqual({ red: 1, orange: 0, yellow: 2, blue: 2 });
    expect(all.by_state).toEqual({ reported: 3, handling: 1, suspended: 1 });
    expect([...all.by_partition]).toEqual([
      [1, 2],
      [2, 2],
      [3, 1],
    ]);
  });

  it('puts the gravest first, then the overdue, then the newest, and no more than fit', () => {
    expect(summary(rows, 3).top.map((one) => one.case)).toEqual(['1-2', '2-2', '2-3']);
  });

  it('hands out copies: rows move in place', () => {
    expect(summary(rows, 1).top[0]).not.toBe(rows[1]);
  });
});
