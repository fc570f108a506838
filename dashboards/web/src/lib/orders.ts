/**
 * Commands on their way: each has an id of its own from the start, so that whatever is sent twice
 * is done once. What the line could not carry waits, and is never shown as sent.
 */
import type { Answer, CommandBody, Journalled, TurnedAway } from './protocol';

export type Standing = 'held' | 'waiting' | 'sent' | 'journalled' | 'changed' | 'refused' | 'turned_away';

export interface Sending {
  body: CommandBody;
  verb: string;
  case: string | null;
  standing: Standing;
  /** Where it was journalled. */
  position: string | null;
  /** A refusal's name for software, and its words. */
  refusal: string | null;
  why: string | null;
  /** By this machine's monotonic clock. */
  at: number;
  /** Until when it can be taken back. */
  held_until: number;
}

const KEPT = 40;

export class Orders {
  list: Sending[] = [];

  constructor(
    private readonly send: (body: CommandBody) => boolean,
    private readonly changed: () => void,
  ) {}

  /** Asks; after `hold_s` seconds, within which `undo` takes it back. */
  ask(body: CommandBody, about: string | null, now: number, hold_s = 0): void {
    const sending: Sending = {
      body,
      verb: Object.keys(body.verb)[0] ?? '',
      case: about,
      standing: hold_s > 0 ? 'held' : 'waiting',
      position: null,
      refusal: null,
      why: null,
      at: now,
      held_until: now + hold_s * 1000,
    };
    this.list = [sending, ...this.list].slice(0, KEPT);
    this.flush(now);
  }

  /** Takes back the newest that is not sent yet. */
  undo(): boolean {
    const at = this.list.findIndex((one) => one.standing === 'held' || one.standing === 'waiting');
    if (at < 0) return false;
    this.list = this.list.filter((_, index) => index !== at);
    this.changed();
    return true;
  }

  /** Sends what is due; oldest first. */
  flush(now: number): void {
    for (const one of [...this.list].reverse()) {
      if (one.standing === 'held' && now >= one.held_until) one.standing = 'waiting';
      if (one.standing === 'waiting' && this.send(one.body)) one.standing = 'sent';
    }
    this.changed();
  }

  /** The line was cut: what has no receipt may not have arrived, and is sent again. */
  interrupted(): void {
    for (const one of this.list) if (one.standing === 'sent') one.standing = 'waiting';
    this.changed();
  }

  journalled(receipt: Journalled): void {
    this.settle(receipt.command, (one) => {
      if (one.standing !== 'sent') return;
      one.standing = 'journalled';
      one.position = `${receipt.partition}:${receipt.position}`;
    });
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
      one.standing = 'turned_away';
      one.why = problem.detail;
    });
  }

  /** How many are not known to have arrived. */
  get unsent(): number {
    return this.list.filter((one) => ['held', 'waiting', 'sent'].includes(one.standing)).length;
  }

  private settle(id: string, how: (one: Sending) => void): void {
    const plain = id.replaceAll('-', '');
    const one = this.list.find((sending) => sending.body.id.replaceAll('-', '') === plain);
    if (one) how(one);
    this.changed();
  }
}

/** A refusal is its name, or an object whose one key is it. */
export function name_of(refusal: Answer['refusal']): string | null {
  if (refusal === null || typeof refusal === 'string') return refusal;
  return Object.keys(refusal)[0] ?? null;
}
