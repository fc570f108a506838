import { describe, expect, it } from 'vitest';
import { figures_age_ms, freshness, Known, part_age_ms, ServerClock, type Heard } from './freshness';
import { pause, type LinkState } from './link';
import type { Beat } from './protocol';

const open: LinkState = { phase: 'open', attempts: 0, again_at: null, cut_at: null, code: null };
const heard: Heard = { link: open, known: new Map([[1, 51_000]]), figures_known: 50_500, live: true };
const beat = (now: number, behind_ms: Record<string, number> = {}): Beat => ({
  now,
  behind_ms,
  silent: [],
  heard: {},
  canary: null,
});

describe('freshness', () => {
  it('is the age of the oldest part, by the server clock', () => {
    expect(freshness(heard, 0, 54_000)).toBe('live');
    expect(freshness(heard, 0, 54_001)).toBe('late');
    expect(freshness(heard, 0, 61_001)).toBe('stale');
    const known = new Map([
      [1, 51_000],
      [2, 40_000],
    ]);
    expect(freshness({ ...heard, known }, 0, 51_000)).toBe('stale');
  });

  it('of one partition or of the counts is its own', () => {
    const known = new Map([
      [1, 51_000],
      [2, 44_000],
    ]);
    expect(part_age_ms({ ...heard, known }, 1, 51_500)).toBe(500);
    expect(part_age_ms({ ...heard, known }, 2, 51_500)).toBe(7_500);
    expect(part_age_ms({ ...heard, known }, 3, 51_500)).toBeNull();
    expect(figures_age_ms(heard, 51_500)).toBe(1_000);
    expect(figures_age_ms({ ...heard, figures_known: null }, 51_500)).toBeNull();
  });

  it('shows a cut only after its grace', () => {
    const link: LinkState = { ...open, phase: 'cut', cut_at: 1_000 };
    expect(freshness({ ...heard, live: false, link }, 3_000, 53_000)).toBe('live');
    expect(freshness({ ...heard, live: false, link }, 3_001, 53_001)).toBe('cut');
  });

  it('is connecting until the first picture is live', () => {
    expect(freshness({ ...heard, live: false }, 0, 51_000)).toBe('connecting');
    expect(freshness({ ...heard, known: new Map() }, 0, 51_000)).toBe('connecting');
  });

  it('never takes a refusal for life', () => {
    expect(freshness({ ...heard, link: { ...open, phase: 'refused' } }, 0, 51_000)).toBe('refused');
  });
});

describe('what is known', () => {
  it('begins with the rows, and goes on with deltas and beats', () => {
    const known = new Known();
    known.live({ partition: 1, through: 'e0:9.2', at: 50_000, how: 'snapshot' });
    expect([known.of.get(1), known.figures]).toEqual([50_000, null]);
    known.delta({ partition: 1, at: 50_300 });
    known.beat(beat(51_000, { 1: 20, 2: 7_000, 3: 9_000 }), [1, 2]);
    expect([...known.of]).toEqual([
      [1, 50_980],
      [2, 44_000],
    ]);
    expect(known.figures).toBe(44_000);
    known.keep([]);
    expect([known.of.size, known.figures]).toEqual([0, null]);
  });

  it('is old where old words are read, though they never stop', () => {
    const [known, clock] = [new Known(), new ServerClock()];
    clock.begin(50_000, 0);
    // Each second's beat comes later than the one before: the page falls behind.
    for (let second = 1; second <= 20; second += 1) {
      clock.hear(50_000 + second * 1_000, second * 1_600);
      known.beat(beat(50_000 + second * 1_000), [1]);
    }
    const lagging: Heard = { link: open, known: known.of, figures_known: known.figures, live: true };
    expect(freshness(lagging, 32_000, clock.at(32_000))).toBe('stale');
    expect(part_age_ms(lagging, 1, clock.at(32_000))).toBeGreaterThan(11_000);
    expect(figures_age_ms(lagging, clock.at(32_000))).toBeGreaterThan(11_000);
  });
});

describe('the server clock', () => {
  it('believes the least delayed word', () => {
    const clock = new ServerClock();
    clock.hear(50_000, 100);
    clock.hear(50_900, 1_200);
    expect(clock.at(1_200)).toBeCloseTo(51_100, 0);
  });

  it('begins anew with a connection: another server may speak', () => {
    const clock = new ServerClock();
    clock.begin(90_000, 0);
    clock.begin(50_000, 100);
    expect(clock.at(100)).toBe(50_000);
  });
});

describe('the pause before coming back', () => {
  it('doubles to half a minute and spreads pages out', () => {
    const all = [pause(1, 1011, 0), pause(1, null, 1), pause(3, 1006, 1), pause(40, 4408, 1)];
    expect(all).toEqual([500, 1000, 4000, 30_000]);
  });

  it('is what the server asks at first, and up to half of that more', () => {
    for (const [code, asked] of [[1001, 1_000], [4408, 5_000], [4429, 10_000]] as const)
      expect([pause(1, code, 0), pause(1, code, 1)]).toEqual([asked, asked * 1.5]);
    expect(pause(1, 4401)).toBeNull();
  });
});
