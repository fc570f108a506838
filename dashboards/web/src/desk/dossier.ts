/** One case whole, as `GET /api/v1/cases/{id}` tells it. */
import type { Reason, Role, Suggestion } from '../lib/protocol';

/** Sealed words, where the asker may read them. */
export type Opened<T> = 'none' | 'sealed' | 'erased' | { clear: T };

export interface Member {
  id: string;
  channel: string;
  external_id: string;
  item: string | null;
  observed_at: number;
  admitted_at: number;
  reply: 'not_owed' | { owed: { due: number; overdue: boolean } } | { given: { due: number; at: number } };
  attachment: { by: unknown; against: string | null; points: number; reasons: Reason[] };
  urges: number;
  withdrawn: boolean;
  written: Opened<{ text?: string; address?: string; contact?: unknown }>;
}

export interface Step {
  what: string | Record<string, Record<string, unknown>>;
  by: { account: string; role: Role; org: string } | null;
  at: number;
  written: Opened<string>;
}

export interface Dossier {
  id: string;
  version: number;
  members: Member[];
  timeline: Step[];
  suggestions: Suggestion[];
}

/** A step's name. */
export function happened(step: Step): string {
  return typeof step.what === 'string' ? step.what : (Object.keys(step.what)[0] ?? '');
}

/** What a step names besides: the case, the lead, the unit, the reason. */
export function beside(step: Step): Record<string, unknown> {
  return typeof step.what === 'string' ? {} : (Object.values(step.what)[0] ?? {});
}
