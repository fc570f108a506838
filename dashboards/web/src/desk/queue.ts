/** The queue's order: fixed until the operator asks, so that nothing moves under the cursor. */
import type { DeskRow } from '../lib/protocol';
import { before, is_ended } from '../lib/summary';

export interface Filter {
  /** A state, a severity, or nothing. */
  state: string;
  severity: string;
  /** Part of a case's number or of its item's name. */
  words: string;
}

export const everything: Filter = { state: '', severity: '', words: '' };

export class Queue {
  /** Cases by id, in the order shown. */
  ids: string[] = [];
  /** Matching cases that are not shown yet. */
  fresh = 0;
  private shown = new Set<string>();
  /** Whether the order was made from all rows there were. */
  private settled = false;

  /** Orders anew: what was asked for, and only then. */
  refresh(rows: Iterable<DeskRow>, matches: (row: DeskRow) => boolean): void {
    const open = [...rows].filter((row) => !is_ended(row.state) && matches(row));
    this.ids = open.sort(before).map((row) => row.case);
    this.shown = new Set(this.ids);
    this.fresh = 0;
  }

  /**
   * Counts what would come. Orders by itself where that moves nothing under the cursor: an empty
   * queue, and one whose rows are still on their way: `whole` tells whether all have come.
   */
  look(
    rows: ReadonlyMap<string, DeskRow>,
    matches: (row: DeskRow) => boolean,
    whole: boolean,
  ): void {
    if (!this.settled || this.ids.length === 0) this.refresh(rows.values(), matches);
    this.settled = whole;
    let fresh = 0;
    for (const row of rows.values())
      if (!this.shown.has(row.case) && !is_ended(row.state) && matches(row)) fresh += 1;
    this.fresh = fresh;
  }
}

export function matcher(
  filter: Filter,
  item_name: (code: string | null) => string,
): (row: DeskRow) => boolean {
  const words = filter.words.trim().toLowerCase();
  return (row) =>
    (filter.state === '' || row.state === filter.state) &&
    (filter.severity === '' || row.severity === filter.severity) &&
    (words === '' ||
      row.case.includes(words) ||
      item_name(row.item).toLowerCase().includes(words));
}
