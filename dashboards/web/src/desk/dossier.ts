/** One case whole, as `GET /api/v1/cases/{id}` tells it. */
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
