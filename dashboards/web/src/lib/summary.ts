/** What a wall says of all open cases: one pass over the rows. */
import { gravity } from './severity';
import type { CaseRow, CaseState, Severity } from './protocol';
import { partition_of } from './picture';

const ended: ReadonlySet<CaseState> = new Set([
  'closed',
  'rejected',
  'merged',
  'cancelled',
  'self_cleared',
  'evaluated',
  'handed_over',
] as const);

export const stages = [
  'reported',
  'verifying',
  'filed',
  'dispatched',
  'handling',
  'suspended',
  'handled',
] as const satisfies CaseState[];

export function is_ended(state: CaseState): boolean {
  return ended.has(state);
}

export interface Summary {
  open: number;
  overdue: number;
  by_severity: Record<Severity, number>;
  by_state: Partial<Record<CaseState, number>>;
  by_partition: Map<number, number>;
  /** The gravest, and among those the newest. */
  top: CaseRow[];
}

/** Whether `one` stands above `other`: graver, else overdue, else newer. */
export function before(one: CaseRow, other: CaseRow): number {
  return (
    gravity(one.severity) - gravity(other.severity) ||
    Number(other.overdue) - Number(one.overdue) ||
    other.opened_at - one.opened_at ||
    (one.case < other.case ? -1 : 1)
  );
}

export function summary(rows: Iterable<CaseRow>, top: number): Summary {
  const all: Summary = {
    open: 0,
    overdue: 0,
    by_severity: { red: 0, orange: 0, yellow: 0, blue: 0 },
    by_state: {},
    by_partition: new Map(),
    top: [],
  };
  for (const row of rows) {
    if (is_ended(row.state)) continue;
    all.open += 1;
    if (row.overdue) all.overdue += 1;
    all.by_severity[row.severity] += 1;
    all.by_state[row.state] = (all.by_state[row.state] ?? 0) + 1;
    const partition = partition_of(row.case);
    all.by_partition.set(partition, (all.by_partition.get(partition) ?? 0) + 1);
    insert(all.top, row, top);
  }
  // Rows move in place; what is drawn is compared by identity.
  all.top = all.top.map((row) => ({ ...row }));
  return all;
}

/** Keeps the first `most` of what was inserted, in order. */
function insert(top: CaseRow[], row: CaseRow, most: number): void {
  const last = top[most - 1];
  if (last !== undefined && before(last, row) < 0) return;
  let at = top.length;
  while (at > 0 && before(row, top[at - 1] as CaseRow) < 0) at -= 1;
  top.splice(at, 0, row);
  if (top.length > most) top.pop();
}
