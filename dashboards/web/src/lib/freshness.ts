/** How fresh what a page shows is, by the server's clock; the limits are those of docs/protocol.md. */
import type { LinkState } from './link';

export type Freshness = 'connecting' | 'live' | 'late' | 'stale' | 'cut' | 'refused';

export const LATE_MS = 3_000;
export const STALE_MS = 10_000;
/** A cut shorter than this is not shown: a reload would flash. */
export const GRACE_MS = 2_000;

export interface Heard {
  link: LinkState;
  /** When the last word came, by this machine's monotonic clock. */
  heard_at: number | null;
  /** When the last beat came, by the same clock: it brings the counts. */
  beat_at: number | null;
  /** How far behind the server said each partition's picture is, of those the page is shown. */
  behind: ReadonlyMap<number, number>;
  /** Whether every partition asked for is live. */
  live: boolean;
}

/** How old the picture is: the silence since the last word, and what the server itself was behind. */
export function age_ms(heard: Heard, now: number): number | null {
  return aged(heard.heard_at, now, Math.max(0, ...heard.behind.values()));
}

/** How old one partition's rows are. */
export function part_age_ms(heard: Heard, partition: number, now: number): number | null {
  return aged(heard.heard_at, now, heard.behind.get(partition) ?? 0);
}

/** How old the counts are: they come with the beats. */
export function figures_age_ms(heard: Heard, now: number): number | null {
  return aged(heard.beat_at, now, Math.max(0, ...heard.behind.values()));
}

function aged(since: number | null, now: number, behind_ms: number): number | null {
  return since === null ? null : Math.max(0, now - since) + behind_ms;
}

export function freshness(heard: Heard, now: number): Freshness {
  if (heard.link.phase === 'refused') return 'refused';
  const cut = heard.link.cut_at;
  if (cut !== null && now - cut > GRACE_MS) return 'cut';
  const age = age_ms(heard, now);
  if (age === null || (!heard.live && cut === null)) return 'connecting';
  if (age > STALE_MS) return 'stale';
  return age > LATE_MS ? 'late' : 'live';
}

/** The server's clock, from what it says of itself and this machine's monotonic clock. */
export class ServerClock {
  private offset: number | null = null;

  hear(server_ms: number, now: number): void {
    const offset = server_ms - now;
    // The least delayed word is the truest; forgetting slowly follows a clock that is set.
    this.offset = this.offset === null ? offset : Math.max(this.offset - 1, offset);
  }

  at(now: number): number | null {
    return this.offset === null ? null : this.offset + now;
  }
}
