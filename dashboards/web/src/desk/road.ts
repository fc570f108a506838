/** Where a case stands on its kind's road, and how its clocks run, in words. */
import type { MarkRow, Part, RoadPage, StageRow } from '../lib/protocol';
import type { StageClock } from '../lib/protocol.gen';
import type { Text } from '../lib/text';

export type Passage = 'passed' | 'here' | 'ahead';

/** Whether the case has passed a stage, stands there, or has it before it. */
export function passage({ here, since }: StageRow): Passage {
  if (here) return 'here';
  return since === null ? 'ahead' : 'passed';
}

/** Working time, or time as it passes. */
export function time_of(text: Text, unit: StageClock['unit']): string {
  return unit.startsWith('working') ? text.working : text.natural;
}

/** The steps an organisation has taken, each with when. */
export function done_steps({ done }: Part): [string, number][] {
  return done as [string, number][];
}

/** The step an organisation has to take next, with the limit it has since it was called. */
export function next_step(text: Text, part: Part, road: RoadPage): string | null {
  if (part.ended) return null;
  if (part.role === 'assist') return step_name(text, 'done');
  const next = road.part_steps[part.done.length];
  if (next === undefined) return null;
  const limit = next.unit === null ? '' : ` (${next.amount} ${text.limit_unit[next.unit]})`;
  return step_name(text, next.step) + limit;
}

export function step_name(text: Text, step: string): string {
  return text.part_step[step] ?? step;
}

/** The marks a clock shows: where it began is no mark of its running. */
export function shown_marks(marks: readonly MarkRow[]): MarkRow[] {
  return marks.filter(({ mark }) => mark !== 'running');
}
