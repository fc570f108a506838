/**
 * Commands on their way: each has an id of its own from the start, so that whatever is sent twice
 * is done once. Each goes out over the seat it was asked from and no other, for the server knows an
 * asker by the line. What that line cannot carry waits, and is never shown as sent.
 */
import { order } from './picture';
import type { Answer, CommandBody, Journalled, Live, TurnedAway } from './protocol';

export type Standing = 'held' | 'waiting' | 'sent' | 'journalled' | 'changed' | 'refused' | 'turned_away';

export interface Sending {
  body: CommandBody;
  /** Whose it is: the seat that was taken when it was asked. */
  readonly seat: string;
  verb: string;
  case: string | null;
  standing: Standing;
  /** Whether it was sent before: it may have been done, whatever is known of it here. */
  tried: boolean;
  /** Where it was journalled. */
  partition: number | null;
  position: string | null;
  /** A refusal's name for software, and its words. */
  refusal: string | null;
  why: string | null;
  /** By this machine's monotonic clock. */
  at: number;
  /** Until when it can be taken back. */
  held_until: number;
}

/** A seat's line; false where it carried nothing. */
export type Line = (body: CommandBody) => boolean;

const settled: ReadonlySet<Standing> = new Set(['changed', 'refused', 'turned_away'] as const);
const KEPT = 40;

export class Orders {
  list: Sending[] = [];
  private readonly lines = new Map<string, Line>();
  /** Where the rows began that a seat was shown last, by seat and partition: no answer from before comes. */
  private readonly begun = new Map<string, string>();

  constructor(private readonly changed: () => void) {}

  /** Asks from `seat`; after `hold_s` seconds, within which `undo` takes it back. */
  ask(seat: string, body: CommandBody, about: string | null, now: number, hold_s = 0): void {
    const sending: Sending = {
      body,
      seat,
      verb: Object.keys(body.verb)[0] ?? '',
      case: about,
      standing: hold_s > 0 ? 'held' : 'waiting',
      tried: false,
      partition: null,
      position: null,
      refusal: null,
      why: null,
      at: now,
      held_until: now + hold_s * 1000,
    };
    this.list = kept([sending, ...this.list]);
    this.flush(now);
  }

  /** Takes back the newest that was never sent: what was may be done. */
  undo(): boolean {
    const at = this.list.findIndex(
      (one) => !one.tried && (one.standing === 'held' || one.standing === 'waiting'),
    );
    if (at < 0) return false;
    this.list = this.list.filter((_, index) => index !== at);
    this.changed();
    return true;
  }

  /** Sends what is due, each over its own seat's line; oldest first. */
  flush(now: number): void {
    for (const one of [...this.list].reverse()) {
      if (one.standing === 'held' && now >= one.held_until) one.standing = 'waiting';
      if (one.standing !== 'waiting' || this.lines.get(one.seat)?.(one.body) !== true) continue;
      one.standing = 'sent';
      one.tried = true;
    }
    this.changed();
  }

  /** A seat's line is open: what waited for it goes out. */
  opened(seat: string, line: Line, now: number): void {
    this.lines.set(seat, line);
    this.flush(now);
  }

  /** A seat's line was cut: what has no receipt may not have arrived, and is sent again. */
  interrupted(seat: string): void {
    this.lines.delete(seat);
    for (const one of this.list)
      if (one.seat === seat && one.standing === 'sent') one.standing = 'waiting';
    this.changed();
  }

  /**
   * A partition's rows were said anew to a seat. The answers that are in them come no more, so what
   * was journalled is asked again: the same id gets the same answer.
   */
  restarted(seat: string, live: Live, now: number): void {
    const position = live.through.slice(live.through.lastIndexOf(':') + 1);
    this.begun.set(`${seat} ${live.partition}`, position);
    for (const one of this.list)
      if (one.seat === seat && one.standing === 'journalled' && one.partition === live.partition)
        one.standing = 'waiting';
    this.flush(now);
  }

  journalled(seat: string, receipt: Journalled, now: number): void {
    this.settle(receipt.command, (one) => {
      if (one.standing !== 'sent') return;
      one.standing = 'journalled';
      one.partition = receipt.partition;
      one.position = receipt.position;
      // The receipt came after rows that have its answer in them already.
      const begun = this.begun.get(`${seat} ${receipt.partition}`);
      if (begun !== undefined && order(receipt.position, begun) <= 0) one.standing = 'waiting';
    });
    this.flush(now);
  }

  answered(answer: Answer): void {
    this.settle(answer.command, (one) => {
      one.standing = answer.outcome;
      one.refusal = name_of(answer.refusal);
      one.why = answer.why;
    });
  }

  turned_away(problem: TurnedAway): void {
    if (problem.command === null) return;
    this.settle(problem.command, (one) => {
      // Asked again for its answer: that it was journalled stays true.
      one.standing = one.position === null ? 'turned_away' : 'journalled';
      one.why = problem.detail;
    });
  }

  /** How many are not known to have arrived. */
  get unsent(): number {
    return this.list.filter((one) => ['held', 'waiting', 'sent'].includes(one.standing)).length;
  }

  /** Whether anything of this seat is still on its way, to the server or back. */
  awaits(seat: string): boolean {
    return this.list.some((one) => one.seat === seat && !settled.has(one.standing));
  }

  private settle(id: string, how: (one: Sending) => void): void {
    const plain = id.replaceAll('-', '');
    const one = this.list.find((sending) => sending.body.id.replaceAll('-', '') === plain);
    if (one) how(one);
    this.changed();
  }
}

/** The newest, and whatever is not settled, however old. */
function kept(list: Sending[]): Sending[] {
  return list.filter((one, index) => index < KEPT || !settled.has(one.standing));
}

/** A refusal is its name, or an object whose one key is it. */
export function name_of(refusal: Answer['refusal']): string | null {
  if (refusal === null || typeof refusal === 'string') return refusal;
  return Object.keys(refusal)[0] ?? null;
}
