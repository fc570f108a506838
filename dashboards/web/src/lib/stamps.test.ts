import { expect, test } from 'vitest';
import { lateness, stage_of, unstamped } from './stamps';

const order = {
  case: '1-7',
  ordered_at: 1_000,
  delivered_at: null,
  displayed_at: null,
  accepted_at: null,
  arrived_at: null,
  done_at: null,
};

test('an order nobody looks at is a warning, one nobody takes an alarm', () => {
  expect(lateness(order, 16_000)).toBe('none');
  expect(lateness(order, 16_001)).toBe('warning');
  const shown = { ...order, delivered_at: 1_100, displayed_at: 2_000 };
  expect(lateness(shown, 60_000)).toBe('none');
  expect(lateness(shown, 61_001)).toBe('alarm');
  expect(lateness({ ...shown, accepted_at: 3_000 }, 999_999)).toBe('none');
});

test('the page stamps what it did, once', () => {
  expect(unstamped(order, false)).toBe('delivered');
  expect(unstamped(order, true)).toBe('displayed');
  const delivered = { ...order, delivered_at: 1_100 };
  expect(unstamped(delivered, false)).toBeNull();
  expect(unstamped(delivered, true)).toBe('displayed');
  expect(unstamped({ ...delivered, displayed_at: 1_200 }, true)).toBeNull();
});

test('the last stage reached is said', () => {
  expect(stage_of(order)).toBe('ordered');
  expect(stage_of({ ...order, delivered_at: 2, displayed_at: 3, accepted_at: 4 })).toBe('accepted');
});
