/**
 * What pages and the gateway say to each other: docs/protocol.md. Times are ms since 1970 UTC.
 *
 * The types are made of the server's (`make schemas`); here is what they cannot say: what a page
 * gets depends on whether it is a wall or a desk.
 */
import type * as made from './protocol.gen';

export { closes, socket } from './protocol.gen';
export type {
  Assignment,
  Beat,
  CanaryRoad,
  Card,
  CaseState,
  Catalog,
  City,
  County,
  DeskRow,
  Figures,
  Hello,
  KindRow,
  Live,
  MarkRow,
  Names,
  OrderStamp,
  Outlines,
  Part,
  PageKind,
  Present,
  Reason,
  ReasonCode,
  Roads,
  Role,
  RoadPage,
  Said,
  SearchPage,
  SearchRow,
  Severity,
  StageRow,
  Suggestion,
  Tally,
  TurnedAway,
  UnitRow,
  UnitStatus,
  Verb,
  VerbCode,
  Welcome,
} from './protocol.gen';

/** A case as every page has it; a desk has more. */
export type CaseRow = made.WallRow;
export type Item = made.CatalogItem;
export type Org = made.CatalogOrg;
export type Offer = made.OfferRow;
export type Answer = made.AnswerRow;
export type Journalled = made.CommandReceipt;

/** A row as a delta tells it: `case`, and the fields that changed. */
export type Moved<Row extends CaseRow> = Partial<Row> & { case: string };

export type SnapshotPage<Row extends CaseRow> = Omit<made.Page, 'cases'> & { cases: Row[] };
export type Delta<Row extends CaseRow> = Omit<made.Delta, 'cases'> & { cases?: Moved<Row>[] };

/** A frame from the server: one key, its kind. */
export type Told<Row extends CaseRow> = Omit<made.Told, 'page' | 'delta'> & {
  page?: SnapshotPage<Row>;
  delta?: Delta<Row>;
};

/** A command of a page: each has an id from the start. */
export type CommandBody = made.CommandBody & { id: string };

type KeyOf<One> = One extends unknown ? keyof One : never;
export type VerbName = KeyOf<made.Verb>;
/** What a verb is said with. */
export type FieldsOf<Name extends VerbName> = Extract<made.Verb, Record<Name, unknown>>[Name];
