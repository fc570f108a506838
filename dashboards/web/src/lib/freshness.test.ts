import { describe, expect, it } from 'vitest';
import { figures_age_ms, freshness, part_age_ms, ServerClock, type Heard } from './freshness';
import { pause, type LinkState } from './link';

const open: LinkState = { phase: 'open', attempts: 0, again_at: null, cut_at: null, code: null };
const heard: Heard = { link: open, heard_at: 1_000, beat_at: 500, behind: new Map(), live: true };

describe('freshness', () => {
  it('ages by silence and by what the server itself is behind', () => {
    expect(freshness(heard, 4_000)).toBe('live');
    expect(freshness(heard, 4_001)).toBe('late');
    expect(freshness(heard, 11_001)).toBe('stale');
    expect(freshness({ ...heard, behind: new Map([[1, 0], [2, 10_001]]) }, 1_000)).toBe('stale');
  });

  it('of one partition or of the counts is its own', () => {
    const behind = new Map([
      [1, 20],
      [2, 7_000],
    ]);
    const one = { ...heard, behind };
    expect(part_age_ms(one, 1, 1_500)).toBe(520);
    expect(part_age_ms(one, 2, 1_500)).toBe(7_500);
    expect(figures_age_ms(one, 1_500)).toBe(8_000);
    expect(figures_age_ms({ ...one, beat_at: null }, 1_500)).toBeNull();
  });

  it('shows a cut only after its grace', () => {
    const link: LinkState = { ...open, phase: 'cut', cut_at: 1_000 };
    expect(freshness({ ...heard, live: false, link }, 3_000)).toBe('live');
    expect(freshness({ ...heard, live: false, link }, 3_001)).toBe('cut');
  });

  it('is connecting until the first picture is live', () => {
    expect(freshness({ ...heard, live: false }, 1_000)).toBe('connecting');
  });

  it('never takes a refusal for life', () => {
    expect(freshness({ ...heard, link: { ...open, phase: 'refused' } }, 1_000)).toBe('refused');
  });
});

describe('the server clock', () => {
  it('believes the least delayed word', () => {
    const clock = new ServerClock();
    clock.hear(50_000, 100);
    clock.hear(50_900, 1_200);
    expect(clock.at(1_200)).toBe(51_099);
  });
});

describe('the pause before coming back', () => {
  it('doubles to half a minute and spreads pages out', () => {
    expect([pause(1, 0), pause(1, 1), pause(3, 1), pause(40, 1)]).toEqual([500, 1000, 4000, 30_000]);
  });
});
