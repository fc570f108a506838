/** One page's session: the link, the picture it makes, and how fresh that is. */
import {
  age_ms,
  figures_age_ms,
  freshness,
  type Freshness,
  type Heard,
  part_age_ms,
  ServerClock,
} from './freshness';
import { Link } from './link';
import { Gap, Picture } from './picture';
import type {
  Answer,
  Beat,
  CanaryRoad,
  CaseRow,
  Journalled,
  PageKind,
  Present,
  Told,
  TurnedAway,
  Welcome,
} from './protocol';

export interface Listener {
  answered?: (answer: Answer) => void;
  journalled?: (receipt: Journalled) => void;
  turned_away?: (problem: TurnedAway) => void;
  present?: (present: Present) => void;
  /** Something to show has changed. */
  changed?: () => void;
}

export class Session<Row extends CaseRow> {
  readonly picture = new Picture<Row>();
  readonly clock = new ServerClock();
  readonly link: Link<Row>;
  welcome: Welcome | null = null;
  /** Sources that say nothing for longer than they should. */
  silent: string[] = [];
  /** The newest canary that crossed the whole road. */
  canary: CanaryRoad | null = null;
  /** When it was last restored after a cut, and how many rows that brought. */
  restored: { at: number; rows: number } | null = null;
  private heard: Heard;
  private rows_when_back = 0;
  private was_cut = false;

  constructor(
    page: PageKind,
    private readonly token: string | null,
    private readonly listener: Listener,
    partitions?: number[],
  ) {
    this.link = new Link<Row>({
      hello: () => ({
        ...(this.token === null ? {} : { token: this.token }),
        ...(partitions ? { partitions } : {}),
        page,
        since: this.picture.since(),
      }),
      told: (frame, now) => this.told(frame, now),
      changed: (link) => {
        this.heard = { ...this.heard, link };
        if (link.phase === 'cut') this.interrupted();
        this.listener.changed?.();
      },
      anew: () => this.picture.clear(),
    });
    this.heard = { link: this.link.state, heard_at: null, beat_at: null, behind: new Map(), live: false };
  }

  freshness(now: number): Freshness {
    return freshness(this.heard, now);
  }

  age_ms(now: number): number | null {
    return age_ms(this.heard, now);
  }

  /** How old a partition's rows are. */
  part_age_ms(partition: number, now: number): number | null {
    return part_age_ms(this.heard, partition, now);
  }

  figures_age_ms(now: number): number | null {
    return figures_age_ms(this.heard, now);
  }

  get link_state() {
    return this.heard.link;
  }

  private interrupted(): void {
    this.was_cut = true;
    this.rows_when_back = 0;
    this.picture.interrupted();
    this.heard.live = false;
  }

  private told(frame: Told<Row>, now: number): void {
    this.heard.heard_at = now;
    try {
      this.fold(frame, now);
    } catch (error) {
      if (!(error instanceof Gap)) throw error;
      this.link.drop();
    }
    this.listener.changed?.();
  }

  private fold(frame: Told<Row>, now: number): void {
    if (frame.hello) this.greet(frame.hello, now);
    else if (frame.page) this.picture.page(frame.page);
    else if (frame.live) {
      this.picture.live(frame.live);
      this.settle(now);
    } else if (frame.delta) {
      if (!this.heard.live) this.rows_when_back += frame.delta.cases?.length ?? 0;
      this.picture.delta(frame.delta);
      for (const answer of frame.delta.answers ?? []) this.listener.answered?.(answer);
    } else if (frame.beat) {
      this.clock.hear(frame.beat.now, now);
      this.silent = frame.beat.silent;
      this.canary = frame.beat.canary;
      this.heard.beat_at = now;
      this.heard.behind = this.behind(frame.beat);
    } else if (frame.figures) this.picture.figure(frame.figures);
    else if (frame.journalled) this.listener.journalled?.(frame.journalled);
    else if (frame.turned_away) this.listener.turned_away?.(frame.turned_away);
    else if (frame.present) this.listener.present?.(frame.present);
  }

  /** How far behind each partition is that this page is shown: another's delay is not its own. */
  private behind(beat: Beat): Map<number, number> {
    const shown = this.welcome?.partitions ?? [];
    return new Map(shown.map((one) => [one, beat.behind_ms[one] ?? 0]));
  }

  private greet(welcome: Welcome, now: number): void {
    this.clock.hear(welcome.now, now);
    // Another build serves other pages than this one.
    if (this.welcome !== null && this.welcome.build !== welcome.build) location.reload();
    this.welcome = welcome;
  }

  private settle(now: number): void {
    const live = this.picture.is_live(this.welcome?.partitions ?? []);
    if (live && !this.heard.live && this.was_cut) {
      this.restored = { at: now, rows: this.rows_when_back };
      this.was_cut = false;
    }
    this.heard.live = live;
  }
}

/** Tokens of the page's seats: after `#` in its address, or entered; kept while the tab lives. */
export const seats = {
  read(): string[] {
    const written = decodeURIComponent(location.hash.slice(1)).split(',').filter(Boolean);
    if (written.length > 0) {
      this.keep(written);
      // What stands in the address bar is seen by who passes by.
      history.replaceState(null, '', location.pathname + location.search);
      return written;
    }
    return JSON.parse(sessionStorage.getItem('liandong.seats') ?? '[]') as string[];
  },
  keep(tokens: string[]): void {
    sessionStorage.setItem('liandong.seats', JSON.stringify(tokens));
  },
};
