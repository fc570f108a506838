/** One page's session: the link, the picture it makes, and how fresh that is. */
import {
  age_ms,
  figures_age_ms,
  freshness,
  type Freshness,
  Known,
  part_age_ms,
  ServerClock,
} from './freshness';
import { Link } from './link';
import type { Orders } from './orders';
import { Gap, Picture } from './picture';
import {
  type Blanks,
  blanks,
  type CanaryRoad,
  type CaseRow,
  type Live,
  type PageKind,
  type Present,
  type Told,
  type Welcome,
} from './protocol';

/** How long a return is told of. */
const RESTORED_MS = 3_000;

export interface Parts {
  page: PageKind;
  token: string | null;
  /** All that the token reaches, where none are named. */
  partitions?: number[] | undefined;
  /** What is asked over this session: by which seat, and its orders. */
  seat?: string;
  orders?: readonly Orders[];
  present?: (present: Present) => void;
  /** Something to show has changed. */
  changed?: () => void;
}

export class Session<Row extends CaseRow> {
  readonly picture: Picture<Row>;
  readonly clock = new ServerClock();
  readonly link: Link<Row>;
  welcome: Welcome | null = null;
  /** Sources that say nothing for longer than they should. */
  silent: string[] = [];
  /** The newest canary that crossed the whole road; undefined before the first beat. */
  canary: CanaryRoad | null | undefined = undefined;
  /** When it was last restored after a cut, and how many rows that brought. */
  restored: { at: number; rows: number } | null = null;
  private readonly known = new Known();
  private live = false;
  /** Whether every partition asked for has been live once: what comes later is news. */
  opened = false;
  private rows_when_back = 0;
  private was_cut = false;
  private looking: string | null = null;

  constructor(private readonly parts: Parts) {
    this.picture = new Picture(blanks[parts.page] as Blanks<CaseRow> as Blanks<Row>);
    this.link = new Link<Row>({
      hello: () => ({
        ...(parts.token === null ? {} : { token: parts.token }),
        ...(parts.partitions ? { partitions: parts.partitions } : {}),
        page: parts.page,
        since: this.picture.since(),
      }),
      told: (frame, now) => this.told(frame, now),
      changed: (link) => {
        if (link.phase === 'cut' || link.phase === 'refused') this.interrupted();
        this.parts.changed?.();
      },
      anew: () => {
        this.picture.clear();
        this.known.keep([]);
      },
    });
  }

  freshness(here: number): Freshness {
    return freshness(this.heard, here, this.clock.at(here));
  }

  age_ms(here: number): number | null {
    return age_ms(this.heard, this.clock.at(here));
  }

  /** How old a partition's rows are. */
  part_age_ms(partition: number, here: number): number | null {
    return part_age_ms(this.heard, partition, this.clock.at(here));
  }

  figures_age_ms(here: number): number | null {
    return figures_age_ms(this.heard, this.clock.at(here));
  }

  /** How many rows the return from a cut brought, for as long as that is worth a line. */
  restored_lately(here: number): number | null {
    const lately = this.restored !== null && here - this.restored.at < RESTORED_MS;
    return lately ? (this.restored?.rows ?? null) : null;
  }

  get link_state() {
    return this.link.state;
  }

  /** Which case is open in front of the operator; said again after each cut. */
  look_at(id: string | null): void {
    if (id === this.looking) return;
    this.looking = id;
    this.link.looking(id);
  }

  /** Lets go for good. */
  close(): void {
    this.link.close();
    this.cut_orders();
  }

  private get heard() {
    const { of: known, figures: figures_known } = this.known;
    return { link: this.link.state, known, figures_known, live: this.live };
  }

  private get seat(): string {
    return this.parts.seat ?? this.parts.token ?? '';
  }

  private get orders(): readonly Orders[] {
    return this.parts.orders ?? [];
  }

  private interrupted(): void {
    this.was_cut = true;
    this.rows_when_back = 0;
    this.picture.interrupted();
    this.live = false;
    this.cut_orders();
  }

  private cut_orders(): void {
    for (const one of this.orders) one.interrupted(this.seat);
  }

  private told(frame: Told<Row>, now: number): void {
    try {
      this.fold(frame, now);
    } catch (error) {
      if (!(error instanceof Gap)) throw error;
      this.link.drop();
    }
    this.parts.changed?.();
  }

  private fold(frame: Told<Row>, now: number): void {
    if (frame.hello) this.greet(frame.hello, now);
    else if (frame.page) {
      this.rows_when_back += frame.page.cases.length;
      this.picture.page(frame.page);
    } else if (frame.live) this.begin(frame.live, now);
    else if (frame.delta) {
      const { came = [], cases = [] } = frame.delta;
      this.rows_when_back += came.length + cases.length;
      this.picture.delta(frame.delta);
      this.known.delta(frame.delta);
      for (const answer of frame.delta.answers ?? [])
        for (const one of this.orders) one.answered(answer);
    } else if (frame.beat) {
      this.clock.hear(frame.beat.now, now);
      this.silent = frame.beat.silent;
      this.canary = frame.beat.canary;
      this.known.beat(frame.beat, this.welcome?.partitions ?? []);
      this.settle(now);
    } else if (frame.figures) this.picture.figure(frame.figures);
    else if (frame.journalled)
      for (const one of this.orders) one.journalled(this.seat, frame.journalled, now);
    else if (frame.turned_away) for (const one of this.orders) one.turned_away(frame.turned_away);
    else if (frame.present) this.parts.present?.(frame.present);
  }

  private greet(welcome: Welcome, now: number): void {
    this.clock.begin(welcome.now, now);
    // Another build serves other pages than this one.
    if (this.welcome !== null && this.welcome.build !== welcome.build) location.reload();
    this.welcome = welcome;
    this.known.keep(welcome.partitions);
    if (this.looking !== null) this.link.looking(this.looking);
    for (const one of this.orders) one.opened(this.seat, (body) => this.link.command(body), now);
  }

  /** A partition is live from here on. */
  private begin(live: Live, now: number): void {
    this.picture.live(live);
    this.known.live(live);
    this.live = this.picture.is_live(this.welcome?.partitions ?? []);
    this.opened ||= this.live;
    if (live.how === 'tail') return;
    for (const one of this.orders) one.restarted(this.seat, live, now);
  }

  /** The first beat after a return comes after all that was missed. */
  private settle(now: number): void {
    if (!this.live || !this.was_cut) return;
    this.restored = { at: now, rows: this.rows_when_back };
    this.was_cut = false;
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
