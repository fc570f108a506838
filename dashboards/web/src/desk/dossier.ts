/** One case whole, as `GET /api/v1/cases/{id}` tells it. */
import { order } from '../lib/picture';
import type { CasePage, StepRow, TicketRow } from '../lib/protocol.gen';

export type Dossier = CasePage;
export type Member = TicketRow;
export type Step = StepRow;

/** A step's name. */
export function happened(step: Step): string {
  return typeof step.what === 'string' ? step.what : (Object.keys(step.what)[0] ?? '');
}

/** What a step names besides: the case, the lead, the unit, the reason. */
export function beside(step: Step): Record<string, unknown> {
  return typeof step.what === 'string' ? {} : (Object.values(step.what)[0] ?? {});
}

/** Which of two answers about a case is shown: never the older; of another journal, what was read last. */
export function newer(read: Dossier, shown: Dossier | null): Dossier {
  if (shown === null || shown.id !== read.id || shown.as_of.epoch !== read.as_of.epoch) return read;
  return order(read.as_of.position, shown.as_of.position) < 0 ? shown : read;
}
