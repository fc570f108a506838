/** How each verb is said: what is filled in for it, and what stands in its sentence (docs/desk.md). */
import type {
  CommandBody,
  DeskRow,
  FieldsOf,
  Offer,
  ReasonCode,
  Verb,
  VerbCode,
} from '../lib/protocol';

export type Field =
  | 'reason'
  | 'maybe_reason'
  | 'item'
  | 'lead'
  | 'assists'
  /** An organisation, one that assists, some. */
  | 'org'
  | 'assist'
  | 'orgs'
  /** One that is free, one that is there, some that are free. */
  | 'unit'
  | 'crew'
  | 'units'
  | 'note'
  | 'text'
  | 'second'
  | 'into'
  | 'until'
  | 'card'
  | 'colour'
  | 'urgency'
  | 'rating'
  | 'resolved'
  | 'satisfaction'
  | 'exclusion'
  | 'partition';

/** What was filled in, as text. */
export type Filled = Partial<Record<Field, string>> & { unit_ids?: number[]; org_codes?: string[] };

/** What a verb is said of: its case, one of its tickets, with a step that the server named. */
export interface Of {
  case: string;
  ticket: string;
  step: string;
}

interface Form {
  fields: readonly Field[];
  /** Seconds it can still be taken back, because people start to move once it is sent. */
  hold_s?: number;
}

/** A verb the server has, and what it is said with. */
type Said<Name extends VerbCode> = Form & { says: (of: Of, filled: Filled) => FieldsOf<Name> };

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
  'needs_higher_level',
  'needs_time',
  'not_yet_possible',
  'emergency',
  'put_right',
  'asked_by_parties',
  'others_duty',
] as const satisfies readonly ReasonCode[];
export const cards = ['plain', 'yellow', 'red'] as const;
export const urgencies = ['normal', 'urgent', 'very_urgent'] as const;
export const satisfactions = ['satisfied', 'fairly_satisfied', 'dissatisfied', 'not_said'] as const;
export const exclusions = [
  'unreasonable',
  'malicious',
  'unlawful',
  'outside_authority',
  'in_other_procedure',
] as const;
export const ratings = ['5', '4', '3', '2', '1'] as const;

/** Nothing chosen is none. */
const chosen = (value: string | undefined): string | null => value?.trim() || null;
/** What was chosen of a list; a list begins with its first. */
const one_of = <One extends string>(list: readonly One[], value: string | undefined): One =>
  list.find((one) => one === value) ?? (list[0] as One);

const of_case = ({ case: id }: Of) => ({ case: id });
const reason = (filled: Filled) => one_of(reasons, filled.reason);
const maybe_reason = (filled: Filled) =>
  reasons.find((one) => one === filled.maybe_reason) ?? null;
const with_reason = (of: Of, filled: Filled) => ({ ...of_case(of), reason: reason(filled) });
const to_org = (of: Of, filled: Filled) => ({
  ...of_case(of),
  to: filled.org?.trim() ?? '',
  reason: maybe_reason(filled),
});
const with_orgs = (of: Of, filled: Filled) => ({ ...of_case(of), orgs: filled.org_codes ?? [] });
const of_ticket = ({ ticket }: Of) => ({ ticket });

const plain = { fields: [], says: of_case } as const;
const reasoned = { fields: ['reason'], says: with_reason } as const;
const noted = { fields: ['note'], says: of_case } as const;

/** A wall clock's moment in the city, as a form writes it, in ms; NaN where it is none. */
export function city_moment(written: string | undefined): number {
  return Date.parse(`${written?.trim() ?? ''}:00+08:00`);
}

/** Each verb of the table; the type holds that none is missing. */
export const forms: { readonly [Name in VerbCode]: Said<Name> } = {
  ask_verify: plain,
  verify_yes: plain,
  verify_no: reasoned,
  self_handle: noted,
  file: {
    fields: ['item'],
    says: (of, filled) => ({ ...of_case(of), item: chosen(filled.item) }),
  },
  reject: reasoned,
  merge: {
    fields: ['into'],
    says: (of, filled) => ({ ...of_case(of), into: filled.into?.trim() ?? '' }),
  },
  unmerge: plain,
  // Said of what is picked among the tickets, and beside a suggestion.
  split: { fields: [], says: (of) => ({ ...of_case(of), tickets: [] }) },
  decline: { fields: [], says: (of) => ({ ...of_case(of), to: '' }) },
  dispatch: {
    fields: ['lead', 'assists', 'units'],
    says: (of, filled) => ({
      ...of_case(of),
      lead: chosen(filled.lead),
      assists: filled.org_codes ?? [],
      units: filled.unit_ids ?? [],
    }),
    hold_s: 5,
  },
  assign: {
    fields: ['unit'],
    says: (of, filled) => ({ ...of_case(of), unit: Number(filled.unit) }),
  },
  release: {
    fields: ['crew'],
    says: (of, filled) => ({ ...of_case(of), unit: Number(filled.crew) }),
  },
  accept: plain,
  return: reasoned,
  reassign: {
    fields: ['org', 'reason'],
    says: (of, filled) => ({ ...with_reason(of, filled), lead: filled.org?.trim() ?? '' }),
  },
  delegate: { fields: ['org', 'maybe_reason'], says: to_org },
  raise: { fields: ['org', 'maybe_reason'], says: to_org },
  join: {
    fields: ['org'],
    says: (of, filled) => ({ ...of_case(of), org: filled.org?.trim() ?? '' }),
  },
  leave: {
    fields: ['assist'],
    says: (of, filled) => ({ ...of_case(of), org: filled.assist ?? '' }),
  },
  part_done: { fields: ['note'], says: (of) => ({ ...of_case(of), step: of.step }) },
  whistle: {
    fields: ['orgs'],
    says: (of, filled) => ({ ...of_case(of), calls: filled.org_codes ?? [] }),
  },
  extend: {
    fields: ['until', 'reason'],
    says: (of, filled) => ({ ...with_reason(of, filled), until: city_moment(filled.until) }),
  },
  allow_extension: plain,
  deny_extension: reasoned,
  suspend: {
    fields: ['until', 'reason', 'second'],
    says: (of, filled) => ({ ...with_reason(of, filled), review_at: city_moment(filled.until) }),
  },
  resume: plain,
  handled: noted,
  check_pass: plain,
  check_fail: reasoned,
  // Each sender is answered, whatever became of the case.
  reply: { fields: ['text'], says: of_ticket },
  contact: { fields: [], says: of_ticket },
  visit: {
    fields: ['resolved', 'satisfaction'],
    says: (of, filled) => ({
      ...of_ticket(of),
      resolved: filled.resolved !== 'no',
      satisfaction: one_of(satisfactions, filled.satisfaction),
    }),
  },
  exclude: {
    fields: ['exclusion', 'second'],
    says: (of, filled) => ({ ...of_ticket(of), reason: one_of(exclusions, filled.exclusion) }),
  },
  reopen: reasoned,
  urge: plain,
  supervise: {
    fields: ['card'],
    says: (of, filled) => ({ ...of_case(of), card: one_of(cards, filled.card) }),
  },
  cancel_supervise: reasoned,
  instruct: { fields: ['text'], says: of_case },
  grade_colour: {
    fields: ['colour'],
    says: (of, filled) => ({ ...of_case(of), colour: Number(filled.colour) }),
  },
  set_urgency: {
    fields: ['urgency', 'reason'],
    says: (of, filled) => ({
      ...with_reason(of, filled),
      urgency: one_of(urgencies, filled.urgency),
    }),
  },
  joint_session: { fields: ['orgs'], says: with_orgs },
  rally: {
    fields: ['orgs', 'units'],
    says: (of, filled) => ({ ...with_orgs(of, filled), units: filled.unit_ids ?? [] }),
    hold_s: 5,
  },
  claim: plain,
  fan_out: { fields: ['orgs'], says: with_orgs },
  rate: {
    fields: ['rating', 'resolved'],
    says: (of, filled) => ({
      ...of_case(of),
      rating: Number(one_of(ratings, filled.rating)),
      resolved: filled.resolved !== 'no',
    }),
  },
  advance: {
    fields: ['note', 'maybe_reason'],
    says: (of, filled) => ({ ...of_case(of), step: of.step, reason: maybe_reason(filled) }),
  },
  hand_over: {
    fields: ['partition', 'reason'],
    says: (of, filled) => ({ ...with_reason(of, filled), to: Number(filled.partition) }),
  },
  cancel: { fields: ['reason', 'second'], says: with_reason },
};

/** What stands elsewhere than among the case's verbs: by its tickets, by its suggestions. */
const elsewhere: ReadonlySet<VerbCode> = new Set<VerbCode>(['split', 'decline']);

/** An offer's own name: a verb may stand for several steps. */
export function key_of_offer({ verb, step }: Offer): string {
  return step === null || step === undefined ? verb : `${verb}:${step}`;
}

/** What may be asked now, then what is refused now. */
export function parted(offers: readonly Offer[]): { open: Offer[]; refused: Offer[] } {
  const shown = offers.filter(({ verb }) => !elsewhere.has(verb));
  const open = shown.filter(({ refusal }) => refusal === null);
  return { open, refused: shown.filter(({ refusal }) => refusal !== null) };
}

/** Whether `verb` may be asked now. */
export function is_open(offers: readonly Offer[], verb: VerbCode): boolean {
  return offers.some((offer) => offer.verb === verb && offer.refusal === null);
}

/** The refusal's name, where it carries more than that. */
export function refusal_code(refusal: NonNullable<Offer['refusal']>): string {
  return typeof refusal === 'string' ? refusal : (Object.keys(refusal)[0] ?? '');
}

/** The verb, from what was filled in. */
export function verb_of(offer: Offer, of: Pick<Of, 'case'> & Partial<Of>, filled: Filled): Verb {
  const named: Of = { ticket: '', step: offer.step ?? '', ...of };
  return { [offer.verb]: forms[offer.verb].says(named, filled) } as unknown as Verb;
}

/** What stands beside the verb: words in clear, and the second person's token. */
export function beside_of(filled: Filled): Pick<CommandBody, 'note' | 'text' | 'second_token'> {
  return {
    ...(filled.note ? { note: filled.note } : {}),
    ...(filled.text ? { text: filled.text } : {}),
    ...(filled.second ? { second_token: filled.second } : {}),
  };
}

const needed: ReadonlySet<Field> = new Set<Field>([
  'unit',
  'crew',
  'into',
  'second',
  'text',
  'org',
  'assist',
  'colour',
  'partition',
]);

/** Whether all is filled in that the verb cannot do without. */
export function complete(verb: VerbCode, row: DeskRow, filled: Filled): boolean {
  return forms[verb].fields.every((field) => {
    if (field === 'item') return row.item !== null || !!filled.item;
    if (field === 'until') return !Number.isNaN(city_moment(filled.until));
    if (field === 'orgs')
      return (filled.org_codes ?? []).length + (filled.unit_ids ?? []).length > 0;
    return !needed.has(field) || !!filled[field]?.trim();
  });
}
