/** What pages and the gateway say to each other: docs/protocol.md. Times are ms since 1970 UTC. */

export type PageKind = 'wall' | 'desk';
export type Severity = 'red' | 'orange' | 'yellow' | 'blue';
export type CaseState =
  | 'reported'
  | 'verifying'
  | 'filed'
  | 'dispatched'
  | 'handling'
  | 'handled'
  | 'closed'
  | 'rejected'
  | 'merged'
  | 'cancelled'
  | 'self_cleared';
export type UnitStatus = 'available' | 'dispatched' | 'on_scene' | 'off_duty';
export type Role =
  | 'receiver'
  | 'dispatcher'
  | 'shift_leader'
  | 'handler'
  | 'checker'
  | 'agent'
  | 'grid_worker'
  | 'crew'
  | 'system';

/** One reason for a likeness, in points: 16 are a factor e of odds. */
export interface Reason {
  feature: string;
  points: number;
  found: number;
}

export interface Suggestion {
  case: string;
  against: string;
  hint: 'join' | 'reopen';
  points: number;
  reasons: Reason[];
}

/** A case on a wall. */
export interface CaseRow {
  case: string;
  kind: string;
  item: string | null;
  severity: Severity;
  state: CaseState;
  lat: number | null;
  lon: number | null;
  grid: string | null;
  opened_at: number;
  changed_at: number;
  due: number | null;
  overdue: boolean;
  tickets: number;
  units: number;
  lead: string | null;
  video_only: boolean;
  drill: boolean;
}

/** What a desk sees besides. */
export interface DeskRow extends CaseRow {
  version: number;
  privacy: string;
  assists: string[];
  unit_ids: number[];
  suggestions: Suggestion[];
  counters: Record<string, number>;
  merged_into: string | null;
  filed_at: number | null;
  dispatched_at: number | null;
  ended_at: number | null;
}

/** A row as a delta tells it: `case`, and the fields that changed. */
export type Moved<Row extends CaseRow> = Partial<Row> & { case: string };

/** What a unit was sent to, and how far its order has come. */
export interface Assignment {
  case: string;
  ordered_at: number;
  delivered_at: number | null;
  displayed_at: number | null;
  accepted_at: number | null;
  arrived_at: number | null;
}

export type OrderStamp = 'delivered' | 'displayed' | 'accepted';

export interface UnitRow {
  partition: number;
  id: number;
  name: string;
  org: string;
  status: UnitStatus;
  assignment: Assignment | null;
  grid: string | null;
  changed_at: number;
}

export interface Answer {
  command: string;
  case: string | null;
  outcome: 'changed' | 'refused';
  refusal: string | Record<string, unknown> | null;
  why: string | null;
}

export interface Welcome {
  build: string;
  epoch: string;
  now: number;
  session: number;
  city: string;
  page: PageKind;
  account: string | null;
  role: Role | null;
  partitions: number[];
}

export interface SnapshotPage<Row extends CaseRow> {
  partition: number;
  number: number;
  of: number;
  at: number;
  cases: Row[];
  units?: UnitRow[];
}

export interface Live {
  partition: number;
  through: string;
  at: number;
  how: 'snapshot' | 'tail' | 'resync';
}

export interface Delta<Row extends CaseRow> {
  partition: number;
  from: string;
  to: string;
  at: number;
  cases?: Moved<Row>[];
  gone?: string[];
  units?: UnitRow[];
  answers?: Answer[];
}

export interface Tally {
  tickets: Record<string, number>;
  fused: number;
  cases: Partial<Record<CaseState, number>>;
  opened: number;
  closed: number;
  overdue: number;
  replied: number;
  replied_late: number;
}

export interface Figures {
  partition: number;
  tally: Tally;
}

/** How a canary crossed the whole road, and when. */
export interface CanaryRoad {
  road_ms: number;
  at: number;
}

export interface Beat {
  now: number;
  behind_ms: Record<string, number>;
  silent: string[];
  canary: CanaryRoad | null;
}

export interface Journalled {
  command: string;
  partition: number;
  position: string;
  epoch: string;
}

export interface TurnedAway {
  command: string | null;
  status: number;
  title: string;
  detail: string;
}

export interface Present {
  case: string;
  accounts: string[];
}

/** A frame from the server: one key, its kind. */
export interface Told<Row extends CaseRow> {
  hello?: Welcome;
  page?: SnapshotPage<Row>;
  live?: Live;
  delta?: Delta<Row>;
  figures?: Figures;
  beat?: Beat;
  journalled?: Journalled;
  turned_away?: TurnedAway;
  present?: Present;
}

/** A verb by its name, as `POST /api/v1/commands` takes it. */
export type Verb = Record<string, Record<string, unknown>>;

export interface CommandBody {
  id: string;
  expected_version?: number;
  verb: Verb;
  org?: string;
  partition?: number;
  note?: string;
  text?: string;
  second_token?: string;
}

export interface Hello {
  token?: string;
  page: PageKind;
  partitions?: number[];
  since?: Record<string, string>;
}

/** Why a socket was closed, and what the page does: docs/protocol.md, close codes. */
export const closes: Readonly<Record<number, { again_ms: number | null; anew?: boolean }>> = {
  1001: { again_ms: 1000 },
  4400: { again_ms: null },
  4401: { again_ms: null },
  4403: { again_ms: null },
  4408: { again_ms: 5000 },
  4409: { again_ms: 0, anew: true },
  4429: { again_ms: 10000 },
  4504: { again_ms: 0 },
};
