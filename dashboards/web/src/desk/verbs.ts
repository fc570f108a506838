/** What may be asked of a case: by whom, in which state, and with what beside it (docs/desk.md). */
import type {
  CaseState,
  CommandBody,
  DeskRow,
  FieldsOf,
  ReasonCode,
  Role,
  Verb,
  VerbName,
} from '../lib/protocol';
import { is_ended } from '../lib/summary';

export type Field =
  | 'reason'
  | 'item'
  | 'lead'
  | 'assists'
  /** One that is free, one that is there, some that are free. */
  | 'unit'
  | 'crew'
  | 'units'
  | 'note'
  | 'ticket'
  | 'text'
  | 'second'
  | 'into';

/** What was filled in, as text. */
export type Filled = Partial<Record<Field, string>> & { unit_ids?: number[]; org_codes?: string[] };

interface Form {
  roles: readonly Role[];
  states: readonly CaseState[] | 'open' | 'ended' | 'any';
  /** What more it takes. */
  where?: (row: DeskRow) => boolean;
  fields: readonly Field[];
  /** Seconds it can still be taken back, because people start to move once it is sent. */
  hold_s?: number;
}

/** A verb the server has, and what it is said with of a case. */
type Said = {
  [Name in VerbName]: { verb: Name; says: (of: string, filled: Filled) => FieldsOf<Name> };
}[VerbName];

export type VerbForm = Form & Said;

const intake = ['receiver', 'shift_leader'] as const;
const orders = ['dispatcher', 'shift_leader'] as const;

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
] as const satisfies readonly ReasonCode[];

/** Nothing chosen is none. */
const chosen = (value: string | undefined): string | null => value?.trim() || null;
const of_case = (of: string) => ({ case: of });
const with_reason = (of: string, filled: Filled) => ({
  case: of,
  reason: (chosen(filled.reason) ?? reasons[0]) as ReasonCode,
});

/** In the order of a case's life, so that a digit key keeps its meaning from case to case. */
export const forms: readonly VerbForm[] = [
  {
    verb: 'file',
    roles: intake,
    states: ['reported', 'verifying'],
    fields: ['item'],
    says: (of, filled) => ({ case: of, item: chosen(filled.item) }),
  },
  { verb: 'ask_verify', roles: intake, states: ['reported'], fields: [], says: of_case },
  { verb: 'verify_yes', roles: ['grid_worker'], states: ['verifying'], fields: [], says: of_case },
  { verb: 'verify_no', roles: ['grid_worker'], states: ['verifying'], fields: ['reason'], says: with_reason },
  {
    verb: 'dispatch',
    roles: orders,
    states: ['filed'],
    fields: ['lead', 'assists', 'units'],
    says: (of, filled) => ({
      case: of,
      lead: chosen(filled.lead),
      assists: filled.org_codes ?? [],
      units: filled.unit_ids ?? [],
    }),
    hold_s: 5,
  },
  {
    verb: 'assign',
    roles: orders,
    states: ['dispatched', 'handling'],
    fields: ['unit'],
    says: (of, filled) => ({ case: of, unit: Number(filled.unit) }),
  },
  {
    verb: 'release',
    roles: orders,
    states: 'open',
    where: (row) => row.unit_ids.length > 0,
    fields: ['crew'],
    says: (of, filled) => ({ case: of, unit: Number(filled.crew) }),
  },
  { verb: 'accept', roles: ['handler'], states: ['dispatched'], fields: [], says: of_case },
  {
    verb: 'return',
    roles: ['handler'],
    states: ['dispatched', 'handling'],
    fields: ['reason'],
    says: with_reason,
  },
  { verb: 'handled', roles: ['handler'], states: ['handling'], fields: ['note'], says: of_case },
  { verb: 'check_pass', roles: ['checker'], states: ['handled'], fields: [], says: of_case },
  { verb: 'check_fail', roles: ['checker'], states: ['handled'], fields: ['reason'], says: with_reason },
  { verb: 'urge', roles: orders, states: ['dispatched', 'handling', 'handled'], fields: [], says: of_case },
  { verb: 'reject', roles: intake, states: ['reported', 'verifying'], fields: ['reason'], says: with_reason },
  {
    verb: 'merge',
    roles: intake,
    states: 'open',
    fields: ['into'],
    says: (of, filled) => ({ case: of, into: filled.into?.trim() ?? '' }),
  },
  { verb: 'unmerge', roles: ['shift_leader'], states: ['merged'], fields: [], says: of_case },
  {
    verb: 'reopen',
    roles: ['agent', 'shift_leader'],
    states: 'ended',
    fields: ['reason'],
    says: with_reason,
  },
  {
    verb: 'cancel',
    roles: ['shift_leader'],
    states: 'open',
    fields: ['reason', 'second'],
    says: with_reason,
  },
  // Each sender is answered, whatever became of the case.
  {
    verb: 'reply',
    roles: ['agent', 'handler'],
    states: 'any',
    fields: ['ticket', 'text'],
    says: (_, filled) => ({ ticket: filled.ticket ?? '' }),
  },
];

/** What this role may ask of this case now. The server decides; this only saves asking in vain. */
export function possible(row: DeskRow, role: Role | null): VerbForm[] {
  if (role === null) return [];
  const where = (form: VerbForm): boolean => form.where?.(row) ?? true;
  return forms.filter((form) => form.roles.includes(role) && fits(form, row.state) && where(form));
}

function fits(form: VerbForm, state: CaseState): boolean {
  if (form.states === 'any') return true;
  if (form.states === 'open') return !is_ended(state);
  if (form.states === 'ended') return is_ended(state) && state !== 'merged';
  return form.states.includes(state);
}

/** The verb, from what was filled in. */
export function verb_of(form: VerbForm, row: DeskRow, filled: Filled): Verb {
  return { [form.verb]: form.says(row.case, filled) } as Verb;
}

/** What stands beside the verb: words in clear, and the second person's token. */
export function beside_of(filled: Filled): Pick<CommandBody, 'note' | 'text' | 'second_token'> {
  return {
    ...(filled.note ? { note: filled.note } : {}),
    ...(filled.text ? { text: filled.text } : {}),
    ...(filled.second ? { second_token: filled.second } : {}),
  };
}

/** Whether all is filled in that the verb cannot do without. */
export function complete(form: VerbForm, row: DeskRow, filled: Filled): boolean {
  const needed: readonly Field[] = ['unit', 'crew', 'into', 'second', 'ticket', 'text'];
  return form.fields.every((field) =>
    field === 'item' ? row.item !== null || !!filled.item : !needed.includes(field) || !!filled[field]?.trim(),
  );
}
