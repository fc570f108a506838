import { describe, expect, it } from 'vitest';
import { freshness, ServerClock, type Heard } from './freshness';
import { pause, type LinkState } from './link';

const open: LinkState = { phase: 'open', attempts: 0, again_at: null, cut_at: null, code: null };
const heard: Heard = { link: open, heard_at: 1_000, behind_ms: 0, live: true };

describe('freshness', () => {
  it('ages by silence and by what the server itself is behind', () => {
    expect(freshness(heard, 4_000)).toBe('live');
    expect(freshness(heard, 4_001)).toBe('late');
    expect(freshness(heard, 11_001)).toBe('stale');
    expect(freshness({ ...heard, behind_ms: 10_001 }, 1_000)).toBe('stale');
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
