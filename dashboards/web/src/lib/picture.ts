/**
 * The picture: a fold of what the gateway tells, kept outside of any framework's reactivity.
 * Who shows it asks `moved` what changed since it last drew.
 */
import type { Blanks, CaseRow, Delta, Figures, Live, SnapshotPage, UnitRow, Whole } from './protocol';

/** What does not follow on: the page has to come back with its `since`. */
export class Gap extends Error {}

interface Part {
  at: number;
  epoch: string | null;
  position: string | null;
  live: boolean;
}

export class Picture<Row extends CaseRow> {
  readonly cases = new Map<string, Row>();
  readonly units = new Map<string, UnitRow>();
  readonly figures = new Map<number, Figures>();
  readonly parts = new Map<number, Part>();
  /** Cases that changed, came or went since `taken` was called last. */
  private moved = new Set<string>();
  /** Pages of a partition as they come in: they replace all at once with the last of them. */
  private coming = new Map<number, { cases: Row[]; units: UnitRow[] }>();

  /** `blanks`: what whole rows leave out. */
  constructor(private readonly blanks: Blanks<Row>) {}

  /** Where each partition stands, to resume from. */
  since(): Record<string, string> {
    const since: Record<string, string> = {};
    for (const [partition, part] of this.parts) {
      if (part.epoch !== null && part.position !== null)
        since[partition] = `${part.epoch}:${part.position}`;
    }
    return since;
  }

  /** Forgets all: the journal is another one. */
  clear(): void {
    for (const id of this.cases.keys()) this.moved.add(id);
    this.cases.clear();
    this.units.clear();
    this.figures.clear();
    this.parts.clear();
    this.coming.clear();
  }

  /** The connection was lost: nothing is live until the server says so. */
  interrupted(): void {
    for (const part of this.parts.values()) part.live = false;
    this.coming.clear();
  }

  page(page: SnapshotPage<Row>): void {
    if (page.number === 1) this.coming.set(page.partition, { cases: [], units: [] });
    const coming = this.coming.get(page.partition);
    if (!coming) throw new Gap(`page ${page.number} of ${page.partition} without the first`);
    for (const told of page.cases) coming.cases.push(this.filled(told));
    coming.units.push(...page.units);
    if (page.number === page.of) this.replace(page.partition);
  }

  live(live: Live): void {
    if (live.how !== 'tail' && this.coming.has(live.partition)) this.replace(live.partition);
    const cut = live.through.lastIndexOf(':');
    this.parts.set(live.partition, {
      at: live.at,
      epoch: live.through.slice(0, cut),
      position: live.through.slice(cut + 1),
      live: true,
    });
  }

  delta(delta: Delta<Row>): void {
    const part = this.parts.get(delta.partition);
    if (!part || part.position === null || order(delta.from, part.position) > 0)
      throw new Gap(`${delta.partition} stands at ${part?.position}, told from ${delta.from}`);
    if (order(delta.to, part.position) <= 0) return;
    for (const told of delta.came ?? []) this.keep(this.filled(told));
    for (const moved of delta.cases ?? []) {
      const row = this.cases.get(moved.case);
      if (!row) this.missed(delta.partition, moved.case);
      else this.keep(Object.assign(row, moved));
    }
    for (const id of delta.gone ?? []) this.remove(id);
    for (const unit of delta.units ?? []) this.units.set(`${unit.partition}/${unit.id}`, unit);
    part.position = delta.to;
    part.at = delta.at;
  }

  figure(figures: Figures): void {
    this.figures.set(figures.partition, figures);
  }

  /** What changed since it was asked last. */
  taken(): Set<string> {
    const moved = this.moved;
    this.moved = new Set();
    return moved;
  }

  /** Whether each partition that was named is live. */
  is_live(partitions: readonly number[]): boolean {
    return partitions.length > 0 && partitions.every((one) => this.parts.get(one)?.live === true);
  }

  /** A whole row with what it left out. */
  private filled(told: Whole<Row>): Row {
    return { ...this.blanks, ...told } as Row;
  }

  /** Of a case that is not shown nothing can move: the partition's rows are needed anew. */
  private missed(partition: number, id: string): never {
    this.parts.delete(partition);
    throw new Gap(`${id} moved and is not shown`);
  }

  private keep(row: Row): void {
    this.cases.set(row.case, row);
    this.moved.add(row.case);
  }

  private remove(id: string): void {
    this.cases.delete(id);
    this.moved.add(id);
  }

  private replace(partition: number): void {
    const coming = this.coming.get(partition);
    this.coming.delete(partition);
    for (const id of this.cases.keys()) if (partition_of(id) === partition) this.remove(id);
    for (const [key, unit] of this.units)
      if (unit.partition === partition) this.units.delete(key);
    for (const row of coming?.cases ?? []) this.keep(row);
    for (const unit of coming?.units ?? []) this.units.set(`${unit.partition}/${unit.id}`, unit);
  }
}

/** The partition of a case, `3` of `3-12`. */
export function partition_of(id: string): number {
  return Number.parseInt(id, 10);
}

/** Compares positions `OFFSET.INDEX`: below 0, 0 or above, as the first is before the second. */
export function order(one: string, other: string): number {
  const [offset = 0, index = 0] = one.split('.').map(Number);
  const [offset2 = 0, index2 = 0] = other.split('.').map(Number);
  return offset - offset2 || index - index2;
}
