/** What the unit's page stamps by itself: each thing once, and again after a while where it failed. */
import type { Orders } from '../lib/orders';
import type { OrderStamp, UnitRow } from '../lib/protocol';
import { unstamped } from '../lib/stamps';

/** How long after a failure it tries again: doubling, for most failures do not pass by themselves. */
const AGAIN_MS_MIN = 5_000;
const AGAIN_MS_MAX = 300_000;

export class Stamper {
  private key = '';
  private id = '';
  private failures = 0;
  private again_at = 0;

  constructor(private readonly orders: Orders) {}

  /** What is to be stamped now, if anything; `id` is what its command will be called. */
  due(unit: UnitRow, visible: boolean, now: number, id: () => string): [OrderStamp, string] | null {
    const order = unit.assignment;
    const stamp = order === null ? null : unstamped(order, visible);
    if (order === null || stamp === null) return null;
    const key = `${unit.partition}/${unit.id} ${order.case} ${order.ordered_at} ${stamp}`;
    if (key !== this.key) [this.key, this.id, this.failures, this.again_at] = [key, '', 0, 0];
    if (this.id !== '' && this.failed()) {
      this.id = '';
      this.again_at = now + Math.min(AGAIN_MS_MAX, AGAIN_MS_MIN * 2 ** this.failures);
      this.failures += 1;
    }
    if (this.id !== '' || now < this.again_at) return null;
    this.id = id();
    return [stamp, this.id];
  }

  private failed(): boolean {
    const sending = this.orders.list.find((one) => one.body.id === this.id);
    return sending === undefined || sending.standing === 'refused' || sending.standing === 'turned_away';
  }
}
