/** How fresh what a page shows is, by the server's clock; the limits are those of docs/protocol.md. */
import type { LinkState } from './link';
import type { Beat, Delta, Live } from './protocol';

export type Freshness = 'connecting' | 'live' | 'late' | 'stale' | 'cut' | 'refused';

export const LATE_MS = 3_000;
export const STALE_MS = 10_000;
/** A cut shorter than this is not shown: a reload would flash. */
export const GRACE_MS = 2_000;
/** How much of its truest word the server's clock forgets with each other: clocks drift by less. */
const DRIFT_MS = 0.2;

export interface Heard {
  link: LinkState;
  /** Until when, by the server's clock, what is shown of each partition is known to be so. */
  known: ReadonlyMap<number, number>;
  /** The same of the counts, which come with the beats. */
  figures_known: number | null;
  /** Whether every partition asked for is live. */
  live: boolean;
}

/**
 * Until when each partition is known. Beats travel in order with the deltas, so one says: all there
 * was at its `now`, less what the server itself was behind, has come. A page that reads old words
 * is old, however many of them come in.
 */
export class Known {
  readonly of = new Map<number, number>();
  figures: number | null = null;

  /**
   * Before the first beat. The `at` of a tail is the moment that its deltas lead to: they follow at
   * once, and where they do not, this ages like all else.
   */
  live({ partition, at }: Live): void {
    this.raise(partition, at);
  }

  delta({ partition, at }: Pick<Delta<never>, 'partition' | 'at'>): void {
    this.raise(partition, at);
  }

  /** Of the partitions shown only: another's delay is not theirs. */
  beat(beat: Beat, shown: readonly number[]): void {
    const behind = shown.map((partition) => beat.behind_ms[partition] ?? 0);
    shown.forEach((partition, nth) => this.raise(partition, beat.now - (behind[nth] ?? 0)));
    this.figures = beat.now - Math.max(0, ...behind);
  }

  /** Forgets what is not shown any more, or, where the journal is another one, all. */
  keep(shown: readonly number[]): void {
    for (const partition of this.of.keys()) if (!shown.includes(partition)) this.of.delete(partition);
    if (shown.length === 0) this.figures = null;
  }

  private raise(partition: number, to: number): void {
    this.of.set(partition, Math.max(this.of.get(partition) ?? to, to));
  }
}

/** How old the picture is at `now`, by the server's clock: as old as its oldest part. */
export function age_ms(heard: Heard, now: number | null): number | null {
  return heard.known.size === 0 ? null : aged(Math.min(...heard.known.values()), now);
}

/** How old one partition's rows are. */
export function part_age_ms(heard: Heard, partition: number, now: number | null): number | null {
  return aged(heard.known.get(partition), now);
}

/** How old the counts are. */
export function figures_age_ms(heard: Heard, now: number | null): number | null {
  return aged(heard.figures_known, now);
}

function aged(known: number | null | undefined, now: number | null): number | null {
  return known === null || known === undefined || now === null ? null : Math.max(0, now - known);
}

/** `here` is by this machine's monotonic clock, as the link's times are; `now` by the server's. */
export function freshness(heard: Heard, here: number, now: number | null): Freshness {
  if (heard.link.phase === 'refused') return 'refused';
  const cut = heard.link.cut_at;
  if (cut !== null && here - cut > GRACE_MS) return 'cut';
  const age = age_ms(heard, now);
  if (age === null || (!heard.live && cut === null)) return 'connecting';
  if (age > STALE_MS) return 'stale';
  return age > LATE_MS ? 'late' : 'live';
}

/** The server's clock, from what it says of itself and this machine's monotonic clock. */
export class ServerClock {
  private offset: number | null = null;

  /** A new connection's first word: nothing can have waited before it, and another server may speak. */
  begin(server_ms: number, here: number): void {
    this.offset = server_ms - here;
  }

  hear(server_ms: number, here: number): void {
    const offset = server_ms - here;
    // The least delayed word is the truest; forgetting slowly follows clocks that drift apart.
    this.offset = this.offset === null ? offset : Math.max(this.offset - DRIFT_MS, offset);
  }

  at(here: number): number | null {
    return this.offset === null ? null : this.offset + here;
  }
}
