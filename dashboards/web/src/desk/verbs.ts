/** What may be asked of a case: by whom, in which state, and with what beside it (docs/desk.md). */
import type { CaseState, DeskRow, Role } from '../lib/protocol';
import { is_ended } from '../lib/summary';

export type Field = 'reason' | 'item' | 'lead' | 'unit' | 'units' | 'note' | 'text' | 'second' | 'into';

export interface VerbForm {
  verb: string;
  roles: readonly Role[];
  states: readonly CaseState[] | 'open' | 'ended';
  fields: readonly Field[];
  /** Seconds it can still be taken back, because people start to move once it is sent. */
  hold_s?: number;
}

const intake = ['receiver', 'shift_leader'] as const;
const orders = ['dispatcher', 'shift_leader'] as const;

/** In the order of a case's life, so that a digit key keeps its meaning from case to case. */
export const forms: readonly VerbForm[] = [
  { verb: 'file', roles: intake, states: ['reported', 'verifying'], fields: ['item'] },
  { verb: 'ask_verify', roles: intake, states: ['reported'], fields: [] },
  { verb: 'verify_yes', roles: ['grid_worker'], states: ['verifying'], fields: [] },
  { verb: 'verify_no', roles: ['grid_worker'], states: ['verifying'], fields: ['reason'] },
  { verb: 'dispatch', roles: orders, states: ['filed'], fields: ['lead', 'units'], hold_s: 5 },
  { verb: 'assign', roles: orders, states: ['dispatched', 'handling'], fields: ['unit'] },
  { verb: 'accept', roles: ['handler'], states: ['dispatched'], fields: [] },
  { verb: 'return', roles: ['handler'], states: ['dispatched', 'handling'], fields: ['reason'] },
  { verb: 'handled', roles: ['handler'], states: ['handling'], fields: ['note'] },
  { verb: 'check_pass', roles: ['checker'], states: ['handled'], fields: [] },
  { verb: 'check_fail', roles: ['checker'], states: ['handled'], fields: ['reason'] },
  { verb: 'urge', roles: orders, states: ['dispatched', 'handling', 'handled'], fields: [] },
  { verb: 'reject', roles: intake, states: ['reported', 'verifying'], fields: ['reason'] },
  { verb: 'merge', roles: intake, states: 'open', fields: ['into'] },
  { verb: 'unmerge', roles: ['shift_leader'], states: ['merged'], fields: [] },
  { verb: 'reopen', roles: ['agent', 'shift_leader'], states: 'ended', fields: ['reason'] },
  { verb: 'cancel', roles: ['shift_leader'], states: 'open', fields: ['reason', 'second'] },
];

/** What this role may ask of this case now. The server decides; this only saves asking in vain. */
export function possible(row: DeskRow, role: Role | null): VerbForm[] {
  if (role === null) return [];
  return forms.filter((form) => form.roles.includes(role) && fits(form, row.state));
}

function fits(form: VerbForm, state: CaseState): boolean {
  if (form.states === 'open') return !is_ended(state);
  if (form.states === 'ended') return is_ended(state) && state !== 'merged';
  return form.states.includes(state);
}

export const reasons = [
  'not_found',
  'out_of_scope',
  'duplicate',
  'not_our_duty',
  'not_our_area',
  'too_little_known',
  'not_done',
  'came_back',
  'false_alarm',
  'test',
] as const;

/** What was filled in, as text. */
export type Filled = Partial<Record<Field, string>> & { unit_ids?: number[] };

/** The verb's own fields, from what was filled in. */
export function fields_of(form: VerbForm, row: DeskRow, filled: Filled): Record<string, unknown> {
  const body: Record<string, unknown> = { case: row.case };
  for (const field of form.fields) {
    const value = filled[field]?.trim() ?? '';
    if (field === 'reason') body.reason = value || reasons[0];
    else if (field === 'item') body.item = value || null;
    else if (field === 'lead') body.lead = value || null;
    else if (field === 'unit') body.unit = Number(value);
    else if (field === 'units') body.units = filled.unit_ids ?? [];
    else if (field === 'into') body.into = value;
  }
  return body;
}
