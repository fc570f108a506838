/**
 * The seats of a page: the one that is taken, and those left while something of theirs was on its
 * way. A seat that was left keeps its line until its orders are settled: they are its own, and go
 * out over no other.
 */
import type { Orders } from './orders';
import type { CaseRow } from './protocol';
import type { Session } from './session';

export class Sitting<Row extends CaseRow> {
  private readonly sessions = new Map<string, Session<Row>>();
  private taken: string | null = null;

  constructor(private readonly orders: readonly Orders[]) {}

  /** Takes `seat`: the session it was left with, or a new one. */
  take(seat: string, made: () => Session<Row>): Session<Row> {
    this.taken = seat;
    let session = this.sessions.get(seat);
    if (session?.link_state.phase === 'refused') {
      session.close();
      session = undefined;
    }
    if (session === undefined) {
      session = made();
      this.sessions.set(seat, session);
      session.link.open();
    }
    this.tidy();
    return session;
  }

  /** Lets go of the seats that were left and have nothing on its way any more. */
  tidy(): void {
    for (const [seat, session] of this.sessions) {
      const waits = this.orders.some((one) => one.awaits(seat));
      // What is refused does not come back by itself: its orders wait until the seat is taken again.
      if (seat === this.taken || (waits && session.link_state.phase !== 'refused')) continue;
      session.close();
      this.sessions.delete(seat);
    }
  }

  close(): void {
    for (const session of this.sessions.values()) session.close();
    this.sessions.clear();
  }
}
