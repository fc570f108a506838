/**
 * What pages and the gateway say to each other: docs/protocol.md. Times are ms since 1970 UTC.
 *
 * The types are made of the server's (`make schemas`); here is what they cannot say: what a page
 * gets depends on whether it is a wall or a desk.
 */
import type * as made from './protocol.gen';
import { blanks as blanks_made } from './protocol.gen';

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

/** A case as every page has it, with every field; a desk has more. */
export type CaseRow = Required<made.WallRow>;
export type DeskRow = Required<made.DeskRow>;
export type Item = made.CatalogItem;
export type Org = made.CatalogOrg;
export type Offer = made.OfferRow;
export type Answer = made.AnswerRow;
export type Journalled = made.CommandReceipt;

/** The fields that a whole row leaves out where they are blank: null, empty, 0 or false. */
type MayBeBlank = { [F in keyof made.DeskRow]-?: undefined extends made.DeskRow[F] ? F : never };
export type Blanks<Row extends CaseRow> = Pick<Row, keyof Row & MayBeBlank[keyof MayBeBlank]>;

/** What a page fills a whole row with. */
export const blanks = {
  wall: blanks_made.WallRow,
  desk: blanks_made.DeskRow,
} satisfies { wall: Blanks<CaseRow>; desk: Blanks<DeskRow> };

/** A whole row as it is told: what is absent is blank. */
export type Whole<Row extends CaseRow> = Omit<Row, keyof Blanks<Row>> & Partial<Blanks<Row>>;
/** A row that moved: `case`, and the fields that changed; what is absent is as before. */
export type Moved<Row extends CaseRow> = Partial<Row> & { case: string };

export type SnapshotPage<Row extends CaseRow> = Omit<made.Page, 'cases'> & { cases: Whole<Row>[] };
export type Delta<Row extends CaseRow> = Omit<made.Delta, 'came' | 'cases'> & {
  came?: Whole<Row>[];
  cases?: Moved<Row>[];
};

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
