import { expect, it } from 'vitest';
import { CanaryWatch } from './canary';

/** A tab's memory. */
function memory(seen = false) {
  return { read: () => seen, keep: () => void (seen = true) };
}
const road = (at: number) => ({ road_ms: 90, at });

it('a canary that came and comes no more is late, and missing once the server knows of none', () => {
  const watch = new CanaryWatch(memory());
  expect(watch.look(road(1_000), 31_000)).toBe('through');
  expect(watch.look(road(1_000), 31_001)).toBe('late');
  // The server was started again.
  expect(watch.look(null, 40_000)).toBe('none');
  expect(watch.look(null, 70_001)).toBe('missing');
  expect(watch.look(road(70_500), 71_000)).toBe('through');
});

it('where none was ever seen, the server may have them switched off', () => {
  const watch = new CanaryWatch(memory());
  expect([watch.look(undefined, 0), watch.look(null, 0), watch.look(null, 99_000)]).toEqual(['none', 'none', 'none']);
});

it('a page that was loaded again remembers', () => {
  const watch = new CanaryWatch(memory(true));
  expect([watch.look(null, 0), watch.look(null, 30_001)]).toEqual(['none', 'missing']);
});
