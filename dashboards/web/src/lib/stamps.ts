/** How far a unit's order has come, and when that is too slow. */
import type { Assignment, OrderStamp } from './protocol';

export const stages = ['ordered', 'delivered', 'displayed', 'accepted', 'arrived', 'done'] as const;
export type Stage = (typeof stages)[number];

/** An order nobody has looked at for so long is a warning; one nobody has taken, an alarm. */
const DISPLAYED_WITHIN_MS = 15_000;
const ACCEPTED_WITHIN_MS = 60_000;

/** When a stage was reached; none where it was not. */
export function reached(order: Assignment, stage: Stage): number | null {
  return order[`${stage}_at`];
}

/** The last stage reached. */
export function stage_of(order: Assignment): Stage {
  return [...stages].reverse().find((stage) => reached(order, stage) !== null) ?? 'ordered';
}

export function lateness(order: Assignment, now: number): 'none' | 'warning' | 'alarm' {
  const waited = now - order.ordered_at;
  if (order.accepted_at === null && waited > ACCEPTED_WITHIN_MS) return 'alarm';
  if (order.displayed_at === null && waited > DISPLAYED_WITHIN_MS) return 'warning';
  return 'none';
}

/** What the unit's own page has yet to stamp by itself: that the order came, and that it was shown. */
export function unstamped(order: Assignment, visible: boolean): OrderStamp | null {
  if (visible && order.displayed_at === null) return 'displayed';
  return order.delivered_at === null ? 'delivered' : null;
}
