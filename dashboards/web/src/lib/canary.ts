/**
 * What a wall says of the canaries: marked cases that cross the whole road every ten seconds or so.
 *
 * A beat's `canary` is null where none came through yet, and where the server has them switched off:
 * it cannot tell the two apart. So one is missed only where one was seen before; the page remembers
 * that across its own reloads, for a new build reloads it, and may be what broke the road.
 */
import type { CanaryRoad } from './protocol';

/** None for longer, and the road is broken somewhere. */
export const CANARY_LATE_MS = 30_000;

export type CanaryStanding = 'none' | 'through' | 'late' | 'missing';

export class CanaryWatch {
  private missed_since: number | null = null;

  constructor(private readonly seen: { read: () => boolean; keep: () => void } = remembered) {}

  /** How canaries stand: `last` as the newest beat says, undefined before one; by the server's clock. */
  look(last: CanaryRoad | null | undefined, now: number | null): CanaryStanding {
    if (last === undefined || now === null) return 'none';
    if (last !== null) {
      this.missed_since = null;
      if (!this.seen.read()) this.seen.keep();
      return now - last.at > CANARY_LATE_MS ? 'late' : 'through';
    }
    this.missed_since ??= now;
    return this.seen.read() && now - this.missed_since > CANARY_LATE_MS ? 'missing' : 'none';
  }
}

const KEPT = 'liandong.canary';

/** For as long as the tab lives. */
const remembered = {
  read: () => sessionStorage.getItem(KEPT) !== null,
  keep: () => sessionStorage.setItem(KEPT, 'seen'),
};
