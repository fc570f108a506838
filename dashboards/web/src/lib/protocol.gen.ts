/* Made by `make schemas` of docs/schemas: change the Rust types, not this file. */

/** How a case is supervised 督办; each is graver than the one before. */
export type Card = 'plain' | 'yellow' | 'red';
/** A case 案件. */
export type CaseId = string;
/** The asker's own name for a command: the same id gets the same answer. */
export type CommandId = string;
/** Why a ticket is taken out of the three rates 剔除; a listed reason, never a free word. */
export type ExclusionReason =
  'unreasonable' | 'malicious' | 'unlawful' | 'outside_authority' | 'in_other_procedure';
/**
 * A grid's code: a prefix is the place one level up.
 *
 * County 6 digits, town 9, community 12, grid 15, micro-grid 18 (`domain.md` 1.2).
 */
export type GridCode = string;
/** An item 事项 of the catalogue, such as `G01001`. */
export type ItemCode = string;
/** A kind of matter, such as `city_event` (`domain.md` 4.5). */
export type KindCode = string;
/**
 * What a crew says of its order, one after the other: a later one implies the earlier. That it is
 * there it says by its status, between the last two.
 */
export type OrderStamp = 'delivered' | 'displayed' | 'accepted' | 'done';
/** An organisation's code, such as `211002-CG` (a county's) or `CG` (the city's). */
export type OrgCode = string;
/** For whom rows are made. */
export type PageKind = 'wall' | 'desk';
/** One journal's share of the city: 0 is the city's own, 1 and up are counties. */
export type Partition = number;
/** Listed reasons; free words would not be sealed. */
export type ReasonCode =
  | 'not_found'
  | 'out_of_scope'
  | 'duplicate'
  | 'not_our_duty'
  | 'not_our_area'
  | 'too_little_known'
  | 'not_done'
  | 'came_back'
  | 'false_alarm'
  | 'test'
  | 'needs_higher_level'
  | 'needs_time'
  | 'not_yet_possible'
  | 'emergency'
  | 'put_right'
  | 'asked_by_parties'
  | 'others_duty';
/** What somebody who asked thinks of how it was handled. */
export type Satisfaction = 'satisfied' | 'fairly_satisfied' | 'dissatisfied' | 'not_said';
/** Where a page stands in a partition: `EPOCH:OFFSET.INDEX`. */
export type Standpoint = string;
/** A step that a kind names itself, such as `sign`. */
export type StepCode = string;
/** A ticket 诉求. */
export type TicketId = string;
/** A moment: milliseconds since 1970-01-01T00:00:00Z. */
export type Timestamp = number;
/** A unit 力量: a crew that can be sent. */
export type UnitId = number;
/** What a unit is doing. */
export type UnitStatus = 'available' | 'dispatched' | 'on_scene' | 'off_duty';
/** How soon it must be handled: a factor on the stage limits (`domain.md` 0.6, 6). */
export type Urgency = 'normal' | 'urgent' | 'very_urgent';
/** What can be asked (`domain.md` 4.3). Reporting is a signal, not a command. */
export type Verb =
  | {
      ask_verify: {
        case: CaseId;
      };
    }
  | {
      verify_yes: {
        case: CaseId;
      };
    }
  | {
      verify_no: {
        case: CaseId;
        reason: ReasonCode;
      };
    }
  | {
      file: {
        case: CaseId;
        item?: ItemCode | null;
      };
    }
  | {
      reject: {
        case: CaseId;
        reason: ReasonCode;
      };
    }
  | {
      merge: {
        case: CaseId;
        into: CaseId;
      };
    }
  | {
      unmerge: {
        case: CaseId;
      };
    }
  | {
      split: {
        case: CaseId;
        tickets: TicketId[];
      };
    }
  | {
      decline: {
        case: CaseId;
        to: CaseId;
      };
    }
  | {
      dispatch: {
        assists?: OrgCode[];
        case: CaseId;
        lead?: OrgCode | null;
        units?: UnitId[];
      };
    }
  | {
      assign: {
        case: CaseId;
        unit: UnitId;
      };
    }
  | {
      release: {
        case: CaseId;
        unit: UnitId;
      };
    }
  | {
      accept: {
        case: CaseId;
      };
    }
  | {
      return: {
        case: CaseId;
        reason: ReasonCode;
      };
    }
  | {
      handled: {
        case: CaseId;
      };
    }
  | {
      check_pass: {
        case: CaseId;
      };
    }
  | {
      check_fail: {
        case: CaseId;
        reason: ReasonCode;
      };
    }
  | {
      reply: {
        ticket: TicketId;
      };
    }
  | {
      reopen: {
        case: CaseId;
        reason: ReasonCode;
      };
    }
  | {
      cancel: {
        case: CaseId;
        reason: ReasonCode;
      };
    }
  | {
      urge: {
        case: CaseId;
      };
    }
  | {
      enrol: {
        name: string;
        org: OrgCode;
        unit: UnitId;
      };
    }
  | {
      report_status: {
        grid?: GridCode | null;
        status: UnitStatus;
        unit: UnitId;
      };
    }
  | {
      stamp: {
        case: CaseId;
        stamp: OrderStamp;
        unit: UnitId;
      };
    }
  | {
      self_handle: {
        case: CaseId;
      };
    }
  | {
      reassign: {
        case: CaseId;
        lead: OrgCode;
        reason: ReasonCode;
      };
    }
  | {
      delegate: {
        case: CaseId;
        reason?: ReasonCode | null;
        to: OrgCode;
      };
    }
  | {
      raise: {
        case: CaseId;
        reason?: ReasonCode | null;
        to: OrgCode;
      };
    }
  | {
      join: {
        case: CaseId;
        org: OrgCode;
      };
    }
  | {
      leave: {
        case: CaseId;
        org: OrgCode;
      };
    }
  | {
      part_done: {
        case: CaseId;
        step: StepCode;
      };
    }
  | {
      whistle: {
        calls: OrgCode[];
        case: CaseId;
      };
    }
  | {
      extend: {
        case: CaseId;
        reason: ReasonCode;
        until: Timestamp;
      };
    }
  | {
      allow_extension: {
        case: CaseId;
      };
    }
  | {
      deny_extension: {
        case: CaseId;
        reason: ReasonCode;
      };
    }
  | {
      suspend: {
        case: CaseId;
        reason: ReasonCode;
        review_at: Timestamp;
      };
    }
  | {
      resume: {
        case: CaseId;
      };
    }
  | {
      contact: {
        ticket: TicketId;
      };
    }
  | {
      visit: {
        resolved: boolean;
        satisfaction: Satisfaction;
        ticket: TicketId;
      };
    }
  | {
      exclude: {
        reason: ExclusionReason;
        ticket: TicketId;
      };
    }
  | {
      supervise: {
        card: Card;
        case: CaseId;
      };
    }
  | {
      cancel_supervise: {
        case: CaseId;
        reason: ReasonCode;
      };
    }
  | {
      instruct: {
        case: CaseId;
      };
    }
  | {
      grade_colour: {
        case: CaseId;
        colour: number;
      };
    }
  | {
      set_urgency: {
        case: CaseId;
        reason: ReasonCode;
        urgency: Urgency;
      };
    }
  | {
      joint_session: {
        case: CaseId;
        orgs: OrgCode[];
      };
    }
  | {
      rally: {
        case: CaseId;
        orgs?: OrgCode[];
        units?: UnitId[];
      };
    }
  | {
      claim: {
        case: CaseId;
      };
    }
  | {
      fan_out: {
        case: CaseId;
        orgs: OrgCode[];
      };
    }
  | {
      rate: {
        case: CaseId;
        rating: number;
        resolved: boolean;
      };
    }
  | {
      advance: {
        case: CaseId;
        reason?: ReasonCode | null;
        step: StepCode;
      };
    }
  | {
      hand_over: {
        case: CaseId;
        reason: ReasonCode;
        to: Partition;
      };
    }
  | {
      open: {
        /** The case it is about, where it is: an appeal's. */
        about?: CaseId | null;
        item?: ItemCode | null;
        kind: KindCode;
        /** Who is called or told, where the kind has parts. */
        orgs?: OrgCode[];
        /** Where a signal or case is, as far as it is known. */
        place?: {
          /** The smallest grid that holds it; none in a city without outlines. */
          grid?: GridCode | null;
          /** The point, where one was given. */
          point?: Point | null;
        };
      };
    };
/** Where a case stands (`domain.md` 4.2). */
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
  | 'self_cleared'
  | 'suspended'
  | 'evaluated'
  | 'handed_over';
/** Where a signal came from. */
export type Channel =
  | 'grid'
  | 'public_app'
  | 'hotline'
  | 'video'
  | 'police110'
  | 'petition'
  | 'sensor'
  | 'superior'
  | 'business';
/** How far a stage's clock has run. */
export type ClockMark = 'running' | 'noted' | 'warned' | 'overdue' | 'yellow' | 'red';
/** The journal's incarnation: positions of different epochs cannot be compared. */
export type Epoch = string;
/** What fusion compares. */
export type Feature =
  | 'item'
  | 'time'
  | 'distance'
  | 'words'
  | 'mark'
  | 'make'
  | 'colour'
  | 'body'
  | 'street'
  | 'house'
  | 'ordinal'
  | 'rank'
  | 'crowd'
  | 'length'
  | 'topic'
  | 'grid';
/** What a suggestion suggests. */
export type Hint = 'join' | 'reopen';
/** How a partition became live. */
export type How = 'snapshot' | 'tail' | 'resync';
/** The unit of a [`Limit`]. */
export type LimitUnit = 'minutes' | 'hours' | 'days' | 'working_hours' | 'working_days';
/** What moved of a case that a page shows, under its id: a field that is absent is as before. */
export type MovedRow = WallMoved | DeskMoved;
/** A case's whole row, under its id: a field that is absent is blank, its `default`. */
export type PageRow = WallRow | DeskRow;
/** What a part in a case is. */
export type PartRole = 'assist' | 'called';
/**
 * A place in one partition's journal: the record's offset, then the entry's index within it.
 *
 * Offsets count from 1, so `0.0` stands before everything.
 */
export type Position = string;
/** Who may see it: decides what the wall may show (`domain.md` 5.1). */
export type PrivacyClass =
  'none' | 'biz' | 'applicant' | 'restricted' | 'plate_masked' | 'count_only' | 'staff';
/** Why not: each names something the asker can put right. */
export type Refusal =
  | (
      | 'unknown_case'
      | 'unknown_ticket'
      | 'unknown_unit'
      | 'unknown_item'
      | 'case_ended'
      | 'role_may_not'
      | 'not_lead'
      | 'handler_may_not_check'
      | 'item_missing'
      | 'verifications_exhausted'
      | 'returns_exhausted'
      | 'return_too_late'
      | 'same_case'
      | 'kinds_differ'
      | 'tickets_full'
      | 'tickets_not_apart'
      | 'not_suggested'
      | 'not_merged'
      | 'unit_off_duty'
      | 'unit_not_assigned'
      | 'unit_not_there'
      | 'assignments_full'
      | 'assists_full'
      | 'units_full'
      | 'reply_not_owed'
      | 'open_cases_full'
      | 'second_person_missing'
      | 'unit_not_yours'
      | 'kind_may_not'
      | 'unknown_kind'
      | 'unknown_organisation'
      | 'handing_over'
      | 'no_part'
      | 'part_not_next'
      | 'extensions_exhausted'
      | 'extension_pending'
      | 'no_extension_pending'
      | 'until_not_right'
      | 'red_card'
      | 'card_must_rise'
      | 'not_supervised'
      | 'assists_not_done'
      | 'parts_not_done'
      | 'children_open'
      | 'not_graded'
      | 'unknown_colour'
      | 'tickets_waiting'
      | 'level_too_low'
      | 'not_direct_child'
      | 'not_direct_parent'
      | 'authority_missing'
      | 'authority_not_missing'
      | 'not_lawful'
      | 'visit_not_owed'
      | 'excluded_already'
      | 'rating_out_of_range'
      | 'nobody_named'
      | 'parts_full'
      | 'not_elsewhere'
    )
  | {
      version_moved: {
        now: number;
      };
    }
  | {
      wrong_state: {
        state: CaseState;
      };
    }
  | {
      unit_engaged: {
        case: CaseId;
      };
    };
/** What someone does in the centre or for a department (`domain.md` 3.2). */
export type Role =
  | 'receiver'
  | 'dispatcher'
  | 'shift_leader'
  | 'handler'
  | 'checker'
  | 'agent'
  | 'grid_worker'
  | 'crew'
  | 'system'
  | 'supervisor'
  | 'leader'
  | 'mediator'
  | 'town_leader'
  | 'configurer';
/** Operating priority 紧急程度: 1 is red. Never the legal grade of an emergency. */
export type Severity = 'red' | 'orange' | 'yellow' | 'blue';
/** A stage of a kind's road, such as `mediating`. */
export type StageCode = string;
/** Whether what was asked was done. */
export type Verdict = 'changed' | 'refused';
/** Why a proposal did not become what was asked. */
export type AdoptionRefusal =
  | 'not_the_citys'
  | {
      version_not_above: {
        /** The one in force. */
        in_force: number;
      };
    }
  | 'nothing_proposed'
  | 'same_person';
/** Who put a ticket into its case. */
export type AttachedBy =
  | 'opening'
  | 'fusion'
  | 'overflow'
  | {
      command: CommandId;
    };
/** What can happen to a case: past participles of the trade. */
export type Happened =
  | (
      | 'verify_asked'
      | 'verified'
      | 'filed'
      | 'accepted'
      | 'check_passed'
      | 'urged'
      | 'self_cleared'
      | 'overdue'
      | 'restated'
      | 'resumed'
      | 'joint_session_held'
      | 'rallied'
      | 'claimed'
      | 'severity_raised'
      | 'evaluated'
    )
  | {
      opened: {
        ticket: TicketId;
      };
    }
  | {
      ticket_joined: {
        points: number;
        ticket: TicketId;
      };
    }
  | {
      tickets_left: {
        to: CaseId;
      };
    }
  | {
      not_verified: {
        reason: ReasonCode;
      };
    }
  | {
      rejected: {
        reason: ReasonCode;
      };
    }
  | {
      merged_into: {
        case: CaseId;
      };
    }
  | {
      absorbed: {
        case: CaseId;
      };
    }
  | {
      unmerged: {
        from: CaseId;
      };
    }
  | {
      split_from: {
        case: CaseId;
      };
    }
  | {
      suggestion_declined: {
        case: CaseId;
      };
    }
  | {
      dispatched: {
        lead: OrgCode;
      };
    }
  | {
      unit_assigned: {
        unit: UnitId;
      };
    }
  | {
      unit_released: {
        unit: UnitId;
      };
    }
  | {
      returned: {
        reason: ReasonCode;
      };
    }
  | {
      handled: {
        note: Sealed | null;
      };
    }
  | {
      check_failed: {
        reason: ReasonCode;
      };
    }
  | {
      replied: {
        text: Sealed | null;
        ticket: TicketId;
      };
    }
  | {
      reopened: {
        reason: ReasonCode;
      };
    }
  | {
      cancelled: {
        reason: ReasonCode;
        second: string;
      };
    }
  | {
      withdrawn: {
        ticket: TicketId;
      };
    }
  | {
      marked: {
        mark: ClockMark;
      };
    }
  | {
      self_handled: {
        note: Sealed | null;
      };
    }
  | {
      reassigned: {
        lead: OrgCode;
        reason: ReasonCode;
      };
    }
  | {
      delegated: {
        to: OrgCode;
      };
    }
  | {
      raised: {
        to: OrgCode;
      };
    }
  | {
      joined: {
        org: OrgCode;
      };
    }
  | {
      left: {
        org: OrgCode;
      };
    }
  | {
      part_done: {
        late: boolean;
        note: Sealed | null;
        org: OrgCode;
        step: StepCode;
      };
    }
  | {
      part_late: {
        org: OrgCode;
      };
    }
  | {
      whistled: {
        case: CaseId;
      };
    }
  | {
      extension_asked: {
        reason: ReasonCode;
        until: Timestamp;
      };
    }
  | {
      extended: {
        until: Timestamp;
      };
    }
  | {
      extension_denied: {
        reason: ReasonCode;
      };
    }
  | {
      suspended: {
        reason: ReasonCode;
        second: string;
      };
    }
  | {
      contacted: {
        ticket: TicketId;
      };
    }
  | {
      visited: {
        ticket: TicketId;
      };
    }
  | {
      excluded: {
        second: string;
        ticket: TicketId;
      };
    }
  | {
      supervised: {
        card: Card;
      };
    }
  | {
      supervision_cancelled: {
        reason: ReasonCode;
      };
    }
  | {
      instructed: {
        text: Sealed | null;
      };
    }
  | {
      graded: {
        colour: number;
      };
    }
  | {
      urgency_set: {
        reason: ReasonCode;
        urgency: Urgency;
      };
    }
  | {
      fanned_out: {
        cases: number;
      };
    }
  | {
      rated: {
        rating: number;
        resolved: boolean;
      };
    }
  | {
      advanced: {
        note: Sealed | null;
        reason: ReasonCode | null;
        step: StepCode;
      };
    }
  | {
      handing_over: {
        reason: ReasonCode;
        to: Partition;
      };
    }
  | {
      handed_over: {
        became: CaseId;
      };
    }
  | {
      arrived: {
        from: CaseId;
      };
    }
  | {
      opened_by_office: {
        note: Sealed | null;
      };
    }
  | {
      opened_for: {
        parent: CaseId;
      };
    }
  | {
      child_turned: {
        case: CaseId;
      };
    }
  | {
      marked_behind: {
        mark: ClockMark;
      };
    };
/** In what a value is told. */
export type KpiUnit =
  'pieces' | 'share' | 'each' | 'points_of_five' | 'points_of_hundred' | 'seconds';
/** Whether something is meant. What is not meant joins nothing that is, and is in no figure. */
export type Purpose = 'real' | 'drill' | 'canary';
/** A register. */
export type Register = 'place' | 'building' | 'premises' | 'asset' | 'camera';
/** The reply a ticket's sender is owed, on a clock of its own. */
export type Reply =
  | 'not_owed'
  | {
      owed: {
        /** Until when. */
        due: Timestamp;
        /** Whether that moment has passed. */
        overdue: boolean;
      };
    }
  | {
      given: {
        /** When it was given. */
        at: Timestamp;
        /** When it was due. */
        due: Timestamp;
      };
    };
/** Words under a key of their own. */
export type Sealed = string;
/** A sheet of a register, by the beginning of its bytes' BLAKE3. */
export type SheetId = string;
/** Why a sheet did not become what was asked. */
export type SheetRefusal =
  | 'not_the_citys'
  | 'amends_another'
  | 'in_force_already'
  | 'too_many_amendments'
  | 'not_proposed'
  | 'same_person';
/** A digest of (feed, the sender's id): the same key is the same observation, sent again. */
export type SourceKey = string;
/** Whether a command was answered, and how. */
export type Standing = 'pending' | 'changed' | 'refused';
/** A verb of the trade (`domain.md` 4.3), without what is said with it. */
export type VerbCode =
  | 'ask_verify'
  | 'verify_yes'
  | 'verify_no'
  | 'self_handle'
  | 'file'
  | 'reject'
  | 'merge'
  | 'unmerge'
  | 'split'
  | 'decline'
  | 'dispatch'
  | 'assign'
  | 'release'
  | 'accept'
  | 'return'
  | 'reassign'
  | 'delegate'
  | 'raise'
  | 'join'
  | 'leave'
  | 'part_done'
  | 'whistle'
  | 'extend'
  | 'allow_extension'
  | 'deny_extension'
  | 'suspend'
  | 'resume'
  | 'handled'
  | 'check_pass'
  | 'check_fail'
  | 'reply'
  | 'contact'
  | 'visit'
  | 'exclude'
  | 'reopen'
  | 'urge'
  | 'supervise'
  | 'cancel_supervise'
  | 'instruct'
  | 'grade_colour'
  | 'set_urgency'
  | 'joint_session'
  | 'rally'
  | 'claim'
  | 'fan_out'
  | 'rate'
  | 'advance'
  | 'hand_over'
  | 'cancel';
/** What a page says. */
export type Said =
  | {
      hello: Hello;
    }
  | {
      command: CommandBody;
    }
  | {
      looking: Looking;
    };

/** What is read over HTTP, by road. */
export interface Roads {
  '/api/v1/city': City;
  '/api/v1/city/outlines': Outlines;
  '/api/v1/catalog': Catalog;
  '/api/v1/kinds': KindsPage;
  '/api/v1/cases': CasesPage;
  '/api/v1/cases/{id}': CasePage;
  '/api/v1/search': SearchPage;
  '/api/v1/units': UnitsPage;
  '/api/v1/tally': TallyPage;
  '/api/v1/kpis': KpisPage;
  '/api/v1/kpis/{id}/cases': KpiCasesPage;
  '/api/v1/rules': RulesPage;
  '/api/v1/registers': RegistersPage;
  '/api/v1/registers/{register}/rows': RegisterRowsPage;
  '/api/v1/commands/{id}': CommandPage;
}
/** A command as it is asked; free words stand beside the verb, in clear, and are sealed at once. */
export interface CommandBody {
  /** The case's version the asker saw. */
  expected_version?: number | null;
  /** The asker's name for it; made up where there is none. The same id gets the same answer. */
  id?: CommandId | null;
  /** The note of `handled`. */
  note?: string | null;
  /** For whom the asker acts, where its token is good for any. */
  org?: OrgCode | null;
  /** Whose register a unit is in, where the verb names no case. */
  partition?: Partition | null;
  /** The token of the second person, where two must agree. */
  second_token?: string | null;
  /** The text of `reply`. */
  text?: string | null;
  /** What is asked. */
  verb: Verb;
}
/** The first thing a page says. */
export interface Hello {
  /** What it is. */
  page: PageKind;
  /** What it shows; none for all it may. */
  partitions?: Partition[] | null;
  /** Where it stands. */
  since?: {
    /*     */
    [k: string]: Standpoint;
  };
  /** Who asks; none for whoever is on this machine. */
  token?: string | null;
}
/** Which case is open. */
export interface Looking {
  /** Which; none where none is. */
  case?: CaseId | null;
}
/** A point in the city's plane, decimetres east and north of its origin. */
export interface Point {
  /** Decimetres east of the origin. */
  x_dm: number;
  /** Decimetres north of the origin. */
  y_dm: number;
}
/** The answer to a command. */
export interface AnswerRow {
  /** The case it was about. */
  case: CaseId | null;
  /** Which. */
  command: CommandId;
  /** Whether it was done. */
  outcome: Verdict;
  /** Why not, for software. */
  refusal: Refusal | null;
  /** Why not, for people. */
  why: string | null;
}
/** What a unit was sent to, and how far its order has come. It ends with the order. */
export interface Assignment {
  /** When the crew took it. */
  accepted_at: Timestamp | null;
  /** When the crew said that it is there. */
  arrived_at: Timestamp | null;
  /** The case. */
  case: CaseId;
  /** When the order reached the crew's page. */
  delivered_at: Timestamp | null;
  /** When it was shown. */
  displayed_at: Timestamp | null;
  /** When it said that it is done. */
  done_at: Timestamp | null;
  /** When it was ordered there. */
  ordered_at: Timestamp;
}
/** The server lives, and this is how old what it knows is. */
export interface Beat {
  /** Milliseconds since each partition's newest range. */
  behind_ms: {
    /*     */
    [k: string]: number;
  };
  /** The newest canary that came through; none where none has. */
  canary: CanaryRoad | null;
  /** When the newest report of each source came in. */
  heard: {
    [k: string]: Timestamp;
  };
  /** The server's time. */
  now: Timestamp;
  /** Sources that say nothing for longer than they should. */
  silent: Channel[];
}
/** How a canary crossed the whole road. */
export interface CanaryRoad {
  /** When that was. */
  at: Timestamp;
  /** From its arrival to its closing shown, in milliseconds. */
  road_ms: number;
}
/** How often things happened to a case. */
export interface CaseCounters {
  /** 延期 */
  extensions: number;
  /** 重开 */
  reopens: number;
  /** 退单 */
  returns: number;
  /** 返工 */
  reworks: number;
  /** 催办 */
  urges: number;
  /** 核实 */
  verifications: number;
  /** 吹哨 */
  whistles: number;
}
/**
 * A clock behind the stage's own: acceptance, which runs on while the case is verified; handling,
 * which stands still while it is suspended and runs on while another is to take it over.
 */
export interface ClockBehind {
  /** The clock. */
  clock: StageClock;
  /** The stage it is of. */
  stage: StageCode;
}
/** The receipt of a command. */
export interface CommandReceipt {
  /** Its id. */
  command: CommandId;
  /** … of this incarnation of the journal. */
  epoch: Epoch;
  /** Where it was journalled … */
  partition: Partition;
  /** … at this position … */
  position: Position;
}
/** What became true of a partition. */
export interface Delta {
  /** Commands that were answered. */
  answers?: AnswerRow[];
  /** The journal's time there. */
  at: Timestamp;
  /** Cases that came into the page's sight, whole: whatever it held of them is replaced. */
  came?: PageRow[];
  /** Cases that the page shows and that moved. */
  cases?: MovedRow[];
  /** After this position … */
  from: Position;
  /** Cases the page shows no more. */
  gone?: CaseId[];
  /** Which. */
  partition: Partition;
  /** … through this one. */
  to: Position;
  /** Units that moved. */
  units?: UnitRow[];
}
/** More time was asked for 延期. */
export interface Extension {
  /** When it was asked. */
  asked_at: Timestamp;
  /** Until when. */
  until: Timestamp;
}
/** A partition's counts. */
export interface Figures {
  /** Which. */
  partition: Partition;
  /** The counts. */
  tally: Tally;
}
/** From here on a partition is live. */
export interface Live {
  /** The journal's time. */
  at: Timestamp;
  /** How it became so. */
  how: How;
  /** Which. */
  partition: Partition;
  /** Where it stands, to resume from. */
  through: Standpoint;
}
/** What changed of a case on a wall. */
export interface WallMoved {
  /** The card it carries, where it is supervised. */
  card?: Card | null;
  case: CaseId;
  /** When it last changed. */
  changed_at?: Timestamp;
  /** Whether it is a drill. */
  drill?: boolean;
  /** Until when its state may last. */
  due?: Timestamp | null;
  /** Its grid. */
  grid?: GridCode | null;
  /** What it is about. */
  item?: ItemCode | null;
  /** Which path it takes. */
  kind?: KindCode;
  /** Degrees north. */
  lat?: number | null;
  /** Who leads. */
  lead?: OrgCode | null;
  /** Degrees east. */
  lon?: number | null;
  /** When it was opened. */
  opened_at?: Timestamp;
  /** Whether that has passed. */
  overdue?: boolean;
  /** How bad it is. */
  severity?: Severity;
  /** Where on its kind's road that is. */
  stage?: StageCode;
  /** How far it is. */
  state?: CaseState;
  /** How many tickets it has. */
  tickets?: number;
  /** How many units it has. */
  units?: number;
  /** Whether nobody but a camera has seen it. */
  video_only?: boolean;
}
/** What changed of a case on a desk. */
export interface DeskMoved {
  /** Who assists. */
  assists?: OrgCode[];
  /**
   * The clock behind its stage's own: acceptance while it is verified, handling while it is
   * suspended or another is to take it over.
   */
  behind?: ClockBehind | null;
  /** The card it carries, where it is supervised. */
  card?: Card | null;
  case: CaseId;
  /** When it last changed. */
  changed_at?: Timestamp;
  /** Where it was first heard of. */
  channel?: Channel | null;
  /** Cases that belong to it. */
  children?: number;
  /** … and are not ended. */
  children_open?: number;
  /** The clock of its stage. */
  clock?: StageClock | null;
  /** How grave among its kind's colours, 0 the gravest. */
  colour?: number | null;
  /** How often it was returned, reworked, reopened, urged, verified. */
  counters?: CaseCounters;
  /** When it was dispatched. */
  dispatched_at?: Timestamp | null;
  /** Whether it is a drill. */
  drill?: boolean;
  /** Until when its state may last. */
  due?: Timestamp | null;
  /** When it ended. */
  ended_at?: Timestamp | null;
  /** More time that was asked for and not yet answered. */
  extension?: Extension | null;
  /** When it was filed. */
  filed_at?: Timestamp | null;
  /** Its grid. */
  grid?: GridCode | null;
  /** What it became there. */
  handed_to?: CaseId | null;
  /** Where it is being handed over to. */
  handover?: Partition | null;
  /** What it is about. */
  item?: ItemCode | null;
  /** Which path it takes. */
  kind?: KindCode;
  /** Degrees north. */
  lat?: number | null;
  /** Who leads. */
  lead?: OrgCode | null;
  /** Degrees east. */
  lon?: number | null;
  /** The case it was merged into. */
  merged_into?: CaseId | null;
  /** When it was opened. */
  opened_at?: Timestamp;
  /** Who opened it, where an office did. */
  origin?: OrgCode | null;
  /** Whether that has passed. */
  overdue?: boolean;
  /** The case it belongs to. */
  parent?: CaseId | null;
  /** What assisting, called or told organisations have to do. */
  parts?: {
    [k: string]: Part;
  };
  /** What was left when it was suspended. */
  pause?: Pause | null;
  /** Who may see it. */
  privacy?: PrivacyClass;
  /** How it was rated, 1 to 5. */
  rating?: number | null;
  /** How bad it is. */
  severity?: Severity;
  /** Where on its kind's road that is. */
  stage?: StageCode;
  /** When each step was last taken. */
  stamps?: {
    /*     */
    [k: string]: Timestamp;
  };
  /** How far it is. */
  state?: CaseState;
  /** What it may belong to, with reasons in points. */
  suggestions?: Suggestion[];
  /** How it is supervised. */
  supervision?: Supervision | null;
  /** How many tickets it has. */
  tickets?: number;
  /** Its tickets that wait for a reply or a visit. */
  tickets_waiting?: number;
  /** The units it has. */
  unit_ids?: UnitId[];
  /** How many units it has. */
  units?: number;
  /** How soon it must be handled. */
  urgency?: Urgency;
  /** Counts its changes. */
  version?: number;
  /** Whether nobody but a camera has seen it. */
  video_only?: boolean;
}
/** A page of a partition's rows. */
export interface Page {
  /** The journal's time. */
  at: Timestamp;
  /** Cases. */
  cases: PageRow[];
  /** Which of them, from 1 … */
  number: number;
  /** … to this. */
  of: number;
  /** Whose. */
  partition: Partition;
  /** Units, on the first page. */
  units: UnitRow[];
}
/** A case on a wall. */
export interface WallRow {
  /** The card it carries, where it is supervised. */
  card?: Card | null;
  case: CaseId;
  /** When it last changed. */
  changed_at: Timestamp;
  /** Whether it is a drill. */
  drill?: boolean;
  /** Until when its state may last. */
  due?: Timestamp | null;
  /** Its grid. */
  grid?: GridCode | null;
  /** What it is about. */
  item?: ItemCode | null;
  /** Which path it takes. */
  kind: KindCode;
  /** Degrees north. */
  lat?: number | null;
  /** Who leads. */
  lead?: OrgCode | null;
  /** Degrees east. */
  lon?: number | null;
  /** When it was opened. */
  opened_at: Timestamp;
  /** Whether that has passed. */
  overdue?: boolean;
  /** How bad it is. */
  severity: Severity;
  /** Where on its kind's road that is. */
  stage: StageCode;
  /** How far it is. */
  state: CaseState;
  /** How many tickets it has. */
  tickets?: number;
  /** How many units it has. */
  units?: number;
  /** Whether nobody but a camera has seen it. */
  video_only?: boolean;
}
/** A case on a desk: the wall's, and what a desk sees besides. */
export interface DeskRow {
  /** Who assists. */
  assists?: OrgCode[];
  /**
   * The clock behind its stage's own: acceptance while it is verified, handling while it is
   * suspended or another is to take it over.
   */
  behind?: ClockBehind | null;
  /** The card it carries, where it is supervised. */
  card?: Card | null;
  case: CaseId;
  /** When it last changed. */
  changed_at: Timestamp;
  /** Where it was first heard of. */
  channel?: Channel | null;
  /** Cases that belong to it. */
  children?: number;
  /** … and are not ended. */
  children_open?: number;
  /** The clock of its stage. */
  clock?: StageClock | null;
  /** How grave among its kind's colours, 0 the gravest. */
  colour?: number | null;
  /** How often it was returned, reworked, reopened, urged, verified. */
  counters?: CaseCounters;
  /** When it was dispatched. */
  dispatched_at?: Timestamp | null;
  /** Whether it is a drill. */
  drill?: boolean;
  /** Until when its state may last. */
  due?: Timestamp | null;
  /** When it ended. */
  ended_at?: Timestamp | null;
  /** More time that was asked for and not yet answered. */
  extension?: Extension | null;
  /** When it was filed. */
  filed_at?: Timestamp | null;
  /** Its grid. */
  grid?: GridCode | null;
  /** What it became there. */
  handed_to?: CaseId | null;
  /** Where it is being handed over to. */
  handover?: Partition | null;
  /** What it is about. */
  item?: ItemCode | null;
  /** Which path it takes. */
  kind: KindCode;
  /** Degrees north. */
  lat?: number | null;
  /** Who leads. */
  lead?: OrgCode | null;
  /** Degrees east. */
  lon?: number | null;
  /** The case it was merged into. */
  merged_into?: CaseId | null;
  /** When it was opened. */
  opened_at: Timestamp;
  /** Who opened it, where an office did. */
  origin?: OrgCode | null;
  /** Whether that has passed. */
  overdue?: boolean;
  /** The case it belongs to. */
  parent?: CaseId | null;
  /** What assisting, called or told organisations have to do. */
  parts?: {
    [k: string]: Part;
  };
  /** What was left when it was suspended. */
  pause?: Pause | null;
  /** Who may see it. */
  privacy: PrivacyClass;
  /** How it was rated, 1 to 5. */
  rating?: number | null;
  /** How bad it is. */
  severity: Severity;
  /** Where on its kind's road that is. */
  stage: StageCode;
  /** When each step was last taken. */
  stamps?: {
    /*     */
    [k: string]: Timestamp;
  };
  /** How far it is. */
  state: CaseState;
  /** What it may belong to, with reasons in points. */
  suggestions?: Suggestion[];
  /** How it is supervised. */
  supervision?: Supervision | null;
  /** How many tickets it has. */
  tickets?: number;
  /** Its tickets that wait for a reply or a visit. */
  tickets_waiting?: number;
  /** The units it has. */
  unit_ids?: UnitId[];
  /** How many units it has. */
  units?: number;
  /** How soon it must be handled. */
  urgency: Urgency;
  /** Counts its changes. */
  version?: number;
  /** Whether nobody but a camera has seen it. */
  video_only?: boolean;
}
/** What one organisation has to do in a case. */
export interface Part {
  /** The steps it has done, each with when. */
  done: [unknown, unknown][];
  /** Until when its next step is due; none where none is, or it takes as long as it takes. */
  due: Timestamp | null;
  /** Whether its last step is done. */
  ended: boolean;
  /** Steps that were late, or are. */
  late: number;
  /** As what. */
  role: PartRole;
  /** Since when. */
  since: Timestamp;
}
/** A case waits 挂账: what was left of its stage, and when to look again. */
export interface Pause {
  /** What was left of the handling stage, in milliseconds of its own clock; below 0 it was late. */
  left_ms: number;
  /** When it is to be reviewed. */
  review_at: Timestamp;
  /** Since when. */
  since: Timestamp;
  /** The time that clock ran in. */
  unit: LimitUnit;
}
/** Who looks at a case. */
export interface Present {
  /** Accounts, each once. */
  accounts: string[];
  /** Which. */
  case: CaseId;
}
/** One reason for a likeness, in points: 16 are a factor e of odds. */
export interface Reason {
  /** What was compared. */
  feature: Feature;
  /** What was found, in the feature's own unit (metres, seconds, per cent …). */
  found: number;
  /** How much it speaks for (or, below 0, against) one matter. */
  points: number;
}
/** A running time limit of a case's stage. */
export interface StageClock {
  /** When it is due. */
  due: Timestamp;
  /** How long the stage has, in milliseconds of that time. */
  limit_ms: number;
  /** How far it has run. */
  mark: ClockMark;
  /** When the next mark is reached; none after the last, and while it stands still. */
  next: Timestamp | null;
  /** Whether that moment has passed. */
  overdue: boolean;
  /** How long it stood still, in milliseconds of its time 暂停. */
  paused_ms: number;
  /** When the stage began. */
  since: Timestamp;
  /** The time it runs in: natural or working. */
  unit: LimitUnit;
}
/** A likeness too weak to act on alone, or of a kind that only a person may join. */
export interface Suggestion {
  /** The member of it that it resembles most. */
  against: TicketId;
  /** The case it resembles. */
  case: CaseId;
  /** What is suggested. */
  hint: Hint;
  /** The sum of the reasons' points. */
  points: number;
  /** The weightiest reasons first. */
  reasons: Reason[];
}
/** A case is supervised 督办. */
export interface Supervision {
  /** When. */
  at: Timestamp;
  /** Who set it; none where the engine did, because its kind says so. */
  by: OrgCode | null;
  /** How. */
  card: Card;
}
/** The counts. Drills are in none of them. */
export interface Tally {
  /** Cases by state now, while in the situation. */
  cases: Partial<Record<CaseState, number>>;
  /** Cases ever closed. */
  closed: number;
  /** Commands done. */
  commands_changed: number;
  /** Commands refused. */
  commands_refused: number;
  /** Tickets that fusion would have joined to a case that was full. */
  full: number;
  /** Tickets that fusion joined to an earlier case. */
  fused: number;
  /** Cases ever opened. */
  opened: number;
  /** Stages ever overdue. */
  overdue: number;
  /** Tickets kept in an overflow case because the partition was full. */
  overflowed: number;
  /** Signals seen before, answered and not counted again. */
  repeated: number;
  /** Replies given. */
  replied: number;
  /** Replies given after they were due. */
  replied_late: number;
  /** Signals that became tickets, by channel. */
  tickets: Partial<Record<Channel, number>>;
  /** Signals a camera may not send (an item without `video_ok`): answered, never kept. */
  video_refused: number;
}
/** A command was not journalled. */
export interface TurnedAway {
  /** Which, where it was named. */
  command: CommandId | null;
  /** What exactly, and what would be right. */
  detail: string;
  /** Which of the elements sent, from 0. */
  index?: number;
  /** Which part of it, as a JSON pointer (RFC 6901). */
  pointer?: string;
  /** The HTTP status. */
  status: number;
  /** Its title, the same for every occurrence. */
  title: string;
  /** Its kind. */
  type: string;
}
/** A unit's row. */
export interface UnitRow {
  /** What it was sent to. */
  assignment: Assignment | null;
  /** When its status last changed. */
  changed_at: Timestamp;
  /** Its grid when its status last changed; no point, and no history. */
  grid: GridCode | null;
  /** Its number in the city's register. */
  id: UnitId;
  /** What it is called on screen. */
  name: string;
  /** Whose it is. */
  org: OrgCode;
  /** In whose register. */
  partition: Partition;
  /** What it is doing. */
  status: UnitStatus;
}
/** The answer to a hello. */
export interface Welcome {
  /** Whose token it is. */
  account: string | null;
  /** The server's version. */
  build: string;
  /** The city's name. */
  city: string;
  /** The journal's incarnation. */
  epoch: Epoch;
  /** The server's time. */
  now: Timestamp;
  /** What the page is. */
  page: PageKind;
  /** What it will be shown. */
  partitions: Partition[];
  /** In which role. */
  role: Role | null;
  /** The connection's number. */
  session: number;
}
/** For whom the offers are. */
export interface ActingRow {
  /** Whether the token acts for any: another one may be named as `org`. */
  any: boolean;
  /** The organisation that would ask; none where one has yet to be named. */
  org: OrgCode | null;
}
/** Who asks: an office and its role. The name is the account's, for the audit only. */
export interface Actor {
  /** The account. */
  account: string;
  /** The organisation it acts for. */
  org: OrgCode;
  /** The role it acts in. */
  role: Role;
}
/** How far a partition's picture reaches. */
export interface AsOf {
  /** The journal's time there. */
  at: Timestamp;
  /** Of which incarnation of the journal. */
  epoch: Epoch;
  /** Whose. */
  partition: Partition;
  /** Through which position. */
  position: Position;
}
/** Why a ticket is in its case. */
export interface Attachment {
  /** The member it resembled. */
  against: TicketId | null;
  /** Who put it there. */
  by: AttachedBy;
  /** The sum of the reasons' points. */
  points: number;
  /** The weightiest reasons first. */
  reasons: Reason[];
}
/** Everything about one case. */
export interface CasePage {
  /** The case it is about, where it is: an appeal's. */
  about: CaseId | null;
  /** For whom the asker would ask; none without a token. */
  acting: ActingRow | null;
  /** Whether it has left memory for the archive: nothing more can be asked of it. */
  archived: boolean;
  /** How far the picture reaches. */
  as_of: AsOf;
  /** Who helps 协办. */
  assists: OrgCode[];
  /** The clock behind its stage's own, where there is one. */
  behind: ClockBehind | null;
  /** When it last changed. */
  changed_at: Timestamp;
  /** Where it was first heard of; none where an office opened it. */
  channel: Channel | null;
  /** Cases that belong to it, in all. */
  children: number;
  /** … and not ended. */
  children_open: number;
  /** The stage's time limit, while one runs. */
  clock: StageClock | null;
  /** How grave it is among its kind's colours, from 0, the gravest; none where not graded. */
  colour: number | null;
  /** How often things happened to it. */
  counters: CaseCounters;
  /** When it was last dispatched: the handling limit runs from here. */
  dispatched_at: Timestamp | null;
  /** When it ended. */
  ended_at: Timestamp | null;
  /** More time that was asked for and not yet answered. */
  extension: Extension | null;
  /** When it was filed. */
  filed_at: Timestamp | null;
  /** What it became there, once it has arrived. */
  handed_to: CaseId | null;
  /** Where it is being handed over to; nothing else may be asked meanwhile. */
  handover: Partition | null;
  /** Its number. */
  id: CaseId;
  /** What it is about, once known. */
  item: ItemCode | null;
  /** Its path. */
  kind: KindCode;
  /** Degrees north. */
  lat: number | null;
  /** Exactly one while dispatched, handling or handled 主办. */
  lead: OrgCode | null;
  /** Degrees east. */
  lon: number | null;
  /** The marks of its clock, while one runs. */
  marks: MarkRow[];
  /** Its tickets, each with why it is here. */
  members: TicketRow[];
  /** The case it was merged into. */
  merged_into: CaseId | null;
  /** What the asker's role may ask of it where it stands, and what of that is refused now. */
  offers: OfferRow[];
  /** When it was opened. */
  opened_at: Timestamp;
  /** Who opened it, where an office did. */
  origin: OrgCode | null;
  /** The case it belongs to: a whistle's, a campaign's. */
  parent: CaseId | null;
  /** What assisting, called or told organisations have to do. */
  parts: {
    [k: string]: Part;
  };
  /** What was left when it was suspended. */
  pause: Pause | null;
  /** Where it is: the place of the ticket that opened it. */
  place: {
    /** The smallest grid that holds it; none in a city without outlines. */
    grid: GridCode | null;
    /** The point, where one was given. */
    point: Point | null;
  };
  /** Who may see it. */
  privacy: PrivacyClass;
  /**
   * Until when it is to be handled, as the source said that opened it: a stage whose limit is
   * `signal.due` is due then.
   */
  promised: Timestamp | null;
  /** Whether it is meant. */
  purpose: Purpose;
  /** The grass roots' or the firm's rating, 1 to 5. */
  rating: number | null;
  /** The time in which its tickets' reply clocks run. */
  reply_unit: LimitUnit;
  /** The road of its kind. */
  road: RoadPage;
  /** Its priority. */
  severity: Severity;
  /** Where on its kind's road that is. */
  stage: StageCode;
  /** When each step was last taken, by verb or by the kind's own name for it. */
  stamps: {
    /*     */
    [k: string]: Timestamp;
  };
  /** Where it stands. */
  state: CaseState;
  /** What it resembles, best first. */
  suggestions: Suggestion[];
  /** How it is supervised. */
  supervision: Supervision | null;
  /** How many tickets it has. */
  tickets: number;
  /** Its tickets that still wait for a reply or a visit. */
  tickets_waiting: number;
  /** What happened, oldest first. */
  timeline: StepRow[];
  /** Units sent to it. */
  units: UnitId[];
  /** How soon it must be handled. */
  urgency: Urgency;
  /** How much of the handling limit earlier tries used, in milliseconds of its clock. */
  used_ms: number;
  /** Rises with each change: what an operator saw when asking. */
  version: number;
  /** Whether only cameras have seen it: a person must confirm. */
  video_only: boolean;
}
/** A case's row, with its point in degrees. */
export interface CaseRow {
  /** The case it is about, where it is: an appeal's. */
  about: CaseId | null;
  /** Who helps 协办. */
  assists: OrgCode[];
  /** The clock behind its stage's own, where there is one. */
  behind: ClockBehind | null;
  /** When it last changed. */
  changed_at: Timestamp;
  /** Where it was first heard of; none where an office opened it. */
  channel: Channel | null;
  /** Cases that belong to it, in all. */
  children: number;
  /** … and not ended. */
  children_open: number;
  /** The stage's time limit, while one runs. */
  clock: StageClock | null;
  /** How grave it is among its kind's colours, from 0, the gravest; none where not graded. */
  colour: number | null;
  /** How often things happened to it. */
  counters: CaseCounters;
  /** When it was last dispatched: the handling limit runs from here. */
  dispatched_at: Timestamp | null;
  /** When it ended. */
  ended_at: Timestamp | null;
  /** More time that was asked for and not yet answered. */
  extension: Extension | null;
  /** When it was filed. */
  filed_at: Timestamp | null;
  /** What it became there, once it has arrived. */
  handed_to: CaseId | null;
  /** Where it is being handed over to; nothing else may be asked meanwhile. */
  handover: Partition | null;
  /** Its number. */
  id: CaseId;
  /** What it is about, once known. */
  item: ItemCode | null;
  /** Its path. */
  kind: KindCode;
  /** Degrees north. */
  lat: number | null;
  /** Exactly one while dispatched, handling or handled 主办. */
  lead: OrgCode | null;
  /** Degrees east. */
  lon: number | null;
  /** The case it was merged into. */
  merged_into: CaseId | null;
  /** When it was opened. */
  opened_at: Timestamp;
  /** Who opened it, where an office did. */
  origin: OrgCode | null;
  /** The case it belongs to: a whistle's, a campaign's. */
  parent: CaseId | null;
  /** What assisting, called or told organisations have to do. */
  parts: {
    [k: string]: Part;
  };
  /** What was left when it was suspended. */
  pause: Pause | null;
  /** Where it is: the place of the ticket that opened it. */
  place: {
    /** The smallest grid that holds it; none in a city without outlines. */
    grid: GridCode | null;
    /** The point, where one was given. */
    point: Point | null;
  };
  /** Who may see it. */
  privacy: PrivacyClass;
  /**
   * Until when it is to be handled, as the source said that opened it: a stage whose limit is
   * `signal.due` is due then.
   */
  promised: Timestamp | null;
  /** Whether it is meant. */
  purpose: Purpose;
  /** The grass roots' or the firm's rating, 1 to 5. */
  rating: number | null;
  /** Its priority. */
  severity: Severity;
  /** Where on its kind's road that is. */
  stage: StageCode;
  /** When each step was last taken, by verb or by the kind's own name for it. */
  stamps: {
    /*     */
    [k: string]: Timestamp;
  };
  /** Where it stands. */
  state: CaseState;
  /** What it resembles, best first. */
  suggestions: Suggestion[];
  /** How it is supervised. */
  supervision: Supervision | null;
  /** How many tickets it has. */
  tickets: number;
  /** Its tickets that still wait for a reply or a visit. */
  tickets_waiting: number;
  /** Units sent to it. */
  units: UnitId[];
  /** How soon it must be handled. */
  urgency: Urgency;
  /** How much of the handling limit earlier tries used, in milliseconds of its clock. */
  used_ms: number;
  /** Rises with each change: what an operator saw when asking. */
  version: number;
  /** Whether only cameras have seen it: a person must confirm. */
  video_only: boolean;
}
/** One page of cases, by id. */
export interface CasesPage {
  /** How far each partition's picture reaches. */
  as_of: AsOf[];
  /** The rows. */
  cases: CaseRow[];
  /** What to give as `cursor` for the next page; none after the last. */
  next: CaseId | null;
}
/** What can be reported, and whose it is. */
export interface Catalog {
  items: CatalogItem[];
  orgs: CatalogOrg[];
}
/** An item 事项 of the catalogue. */
export interface CatalogItem {
  code: ItemCode;
  /** The kind its cases are. */
  kind: KindCode;
  name_en: string;
  name_zh: string;
  owner: OrgCode;
  severity: Severity;
  /** Which of the city's twelve systems it belongs to, such as `EVENT`. */
  system: string;
}
/** An organisation. */
export interface CatalogOrg {
  code: OrgCode;
  name: string;
}
/** What a page reads of the city once. */
export interface City {
  /**
   * West, south, east, north.
   *
   * @minItems 4
   * @maxItems 4
   */
  bounds: [number, number, number, number] | null;
  name: string;
  partitions: County[];
  /** Whether the outlines were made up. */
  synthetic: boolean;
}
/** Where a command stands. */
export interface CommandPage {
  /** The case it was about. */
  case: CaseId | null;
  /** Its id. */
  command: CommandId;
  /** Who decides it. */
  partition: Partition;
  /** Where it was journalled, if by this process. */
  position: Position | null;
  /** Why not, for software. */
  refusal: Refusal | null;
  /** Whether it was answered, and how. */
  standing: Standing;
  /** Why not, for people. */
  why: string | null;
}
/** How to reach a sender. It is sealed with the words and compared with nothing. */
export interface Contact {
  /** An e-mail address. */
  email?: string;
  /** How they wish to be addressed. */
  name?: string;
  /** A telephone number. */
  phone?: string;
}
/** A county, and the partition that is its. */
export interface County {
  county: GridCode;
  /** Degrees north of its middle. */
  lat: number | null;
  /** Degrees east of its middle. */
  lon: number | null;
  name: string;
  partition: Partition;
}
/** One place where they differ. */
export interface Difference {
  /** What would; nothing where it goes. */
  after: {
    [k: string]: unknown;
  };
  /** What stands there; nothing where it is new. */
  before: {
    [k: string]: unknown;
  };
  /** Where, such as `/items/G01001/handle/amount`. */
  path: string;
}
/** How two sets of rules differ. */
export interface Differences {
  /** How many places differ. */
  count: number;
  /** The first thousand of them, in the order of their paths. */
  listed: Difference[];
}
/** How the episode behind a camera's ticket stands. */
export interface Episode {
  /** Hits so far. */
  hits: number;
  /** Whether it is over: the object is gone. */
  over: boolean;
}
/** A ticket stands outside the three rates 剔除; two people said so. */
export interface Exclusion {
  /** When. */
  at: Timestamp;
  /** Why. */
  reason: ExclusionReason;
}
/** A kind of matter, for who may open one. */
export interface KindRow {
  /** Whether organisations are called or told by it: they are named when it is opened. */
  calls: boolean;
  /** Its code. */
  kind: KindCode;
  /** Its names. */
  names: Names;
  /** Whether the asker's role may open one without a report. */
  opens: boolean;
}
/** The kinds of matters, as the rules in force have them. */
export interface KindsPage {
  /** By code. */
  kinds: KindRow[];
}
/** What a figure is. */
export interface KpiAbout {
  /** … and in English. */
  en: string;
  /** What it is of what. */
  formula: string;
  /** Its number, such as `K11`. */
  id: string;
  /** What it waits for, where nothing brings its facts yet. */
  pending: string | null;
  /** Where that is from. */
  source: string;
  /** In what its values are told. */
  unit: KpiUnit;
  /** Its name in Chinese. */
  zh: string;
}
/** What a case adds to a figure. */
export interface KpiCase {
  /** The case. */
  case: CaseId;
  /** To the denominator. */
  d: number;
  /** To the numerator. */
  n: number;
}
/** The cases behind a figure that are still here. */
export interface KpiCasesPage {
  /** How far each partition's picture reaches. */
  as_of: AsOf[];
  /** The cases, by number. */
  cases: KpiCase[];
  /** Which figure. */
  kpi: string;
  /** What to give as `cursor` for the next page; none after the last. */
  next: CaseId | null;
}
/** A figure of one row. */
export interface KpiRow {
  /** The denominator; 0 of what has none. */
  d: number;
  /** Whether it is of too few to be shown. */
  hidden?: boolean;
  /** Whose: an organisation's, place's, item's, channel's or kind's code, or `all`. */
  key: string;
  /** Which figure. */
  kpi: string;
  /** The numerator; of a span of time, how many. */
  n: number;
  /** Its name, where the rules name it. */
  name: string | null;
  /** The value, to four decimals; none where it is hidden. */
  value?: number | null;
}
/** Figures by row. */
export interface KpisPage {
  /** How far each partition's picture reaches. */
  as_of: AsOf[];
  /** By what. */
  by: string;
  /** What each figure is. */
  figures: KpiAbout[];
  /** Of a month: whether its figures are frozen in every partition, so that no appeal moves them. */
  frozen?: boolean | null;
  /** The rows, by key. */
  rows: KpiRow[];
  /** Over which days. */
  window: string;
}
/** One mark of a stage's clock. */
export interface MarkRow {
  /** When it is reached, or was. */
  at: Timestamp;
  /** Which. */
  mark: ClockMark;
  /** Whether the case was marked so. */
  reached: boolean;
}
/** A name in both languages. */
export interface Names {
  /** In English. */
  en: string;
  /** In Chinese. */
  zh: string;
}
/** Something the asker's role may ask of a case where it stands. */
export interface OfferRow {
  /** Its names: the step's, where the kind names it. */
  names: Names;
  /** Why it would be refused now; none where nothing that is known here speaks against it. */
  refusal: Refusal | null;
  /** The step that is said with it: of `advance`, and the next one of the asker's own part. */
  step: StepCode | null;
  /** The stage it leads to; none where the case stays. */
  to: StageCode | null;
  /** The verb. */
  verb: VerbCode;
  /** … in words. */
  why: string | null;
}
/** One of them. */
export interface Outline {
  geometry: {
    /**
     * @minItems 1
     * @maxItems 1
     */
    coordinates: [[number, number][]];
    type: 'Polygon';
  };
  properties: {
    code: GridCode;
    level: 'county' | 'town';
    name: string;
    synthetic: boolean;
  };
  type: 'Feature';
}
/** Outlines of counties and towns as GeoJSON (RFC 7946): longitude first. */
export interface Outlines {
  features: Outline[];
  type: 'FeatureCollection';
}
/** A step that an organisation which was called or told has to take. */
export interface PartStepRow {
  /** Its limit, where it has one: how many … */
  amount: number | null;
  /** Its code. */
  step: StepCode;
  /** … of what. */
  unit: LimitUnit | null;
}
/** A problem in the form that RFC 9457 gives it. */
export interface Problem {
  /** What exactly, and what would be right. */
  detail: string;
  /** Which of the elements sent, from 0. */
  index?: number;
  /** Which part of it, as a JSON pointer (RFC 6901). */
  pointer?: string;
  /** The HTTP status. */
  status: number;
  /** Its title, the same for every occurrence. */
  title: string;
  /** Its kind. */
  type: string;
}
/** Rules that wait for a second person. */
export interface ProposalPage {
  /** Whose account proposed them. */
  by: string;
  /** What would be different. */
  differences: Differences;
  /** When. */
  proposed_at: Timestamp;
  /** The version they shall have. */
  version: number;
}
/** An act that was not done. */
export interface RefusedPage {
  /** Whose account asked. */
  by: string;
  /** Of which version. */
  version: number;
  /** Why it was not done. */
  why: AdoptionRefusal;
  /** … in words. */
  words: string;
}
/** One register. */
export interface RegisterPage {
  /** Whether these are of the sheets in force: a moment after a confirmation they are not yet. */
  is_read: boolean;
  /** What was last asked of a sheet and not done. */
  refused: SheetRefusedPage | null;
  /** Which. */
  register: Register;
  /** How many rows this gateway has read of it. */
  rows: number;
  /** The sheets in force, and what waits for a second person. */
  sheets: RegisterSheets;
}
/** A row. */
export interface RegisterRowPage {
  /** Where in that. */
  address: string;
  /** Its code. */
  code: string;
  /** The grid that it stands in. */
  grid: GridCode;
  /** Its licence's number. */
  licence: string | null;
  /** Until when that is good. */
  licence_until: string | null;
  /** What it is called. */
  name: string;
  /** Who answers for it. */
  owner: string | null;
  /** What it is. */
  sort: string;
}
/** Rows, in the order of their places. */
export interface RegisterRowsPage {
  /** What to give as `after` to go on; none where there is nothing more. */
  next: number | null;
  /** The rows. There may be fewer than `limit` and more to come. */
  rows: RegisterRowPage[];
}
/** Which sheets of a register are in force, in order: one whole, and those that amend it. */
export interface RegisterSheets {
  /** In force. */
  in_force: SheetInForce[];
  /** What waits. */
  proposed: SheetProposed | null;
}
/** All registers. */
export interface RegistersPage {
  /** One by one. */
  registers: RegisterPage[];
}
/** The road of a case's kind, and where on it the case is. */
export interface RoadPage {
  /** How it can end. */
  endings: StageRow[];
  /** The kind's names. */
  names: Names;
  /** The colours it is graded by, gravest first. */
  palette: Names[];
  /** What who is called or told has to do, in order. */
  part_steps: PartStepRow[];
  /** The stages in the order they are drawn. */
  stages: StageRow[];
  /** The names of the steps of its own. */
  steps: {
    /*     */
    [k: string]: Names;
  };
}
/** The rules in force, and what is proposed. */
export interface RulesPage {
  /** Which version is in force, by partition: alike but for a moment after an approval. */
  in_force: {
    /*     */
    [k: string]: number;
  };
  /** What waits for a second person. */
  proposal: ProposalPage | null;
  /** What was last asked of a proposal and not done. */
  refused: RefusedPage | null;
}
/** An act that is journalled: what becomes of it stands on the page of the rules. */
export interface RulesReceipt {
  /** The journal's incarnation. */
  epoch: Epoch;
  /** Where: the city's own partition … */
  partition: Partition;
  /** … and the position there. */
  position: Position;
  /** Of which version. */
  version: number;
}
/** What was found, newest first. */
export interface SearchPage {
  /** How many archived cases can be found here; none where this gateway has no archive. */
  archive: number | null;
  /** How far each partition's picture reaches. */
  as_of: AsOf[];
  /** The rows. There may be fewer than `limit` and more to come. */
  cases: SearchRow[];
  /** What to give as `after` to go on; none where there is nothing more. */
  next: string | null;
}
/** A case that was found. */
export interface SearchRow {
  /** The case it is about, where it is: an appeal's. */
  about: CaseId | null;
  /** Whether it has left memory: nothing more can be asked of it. */
  archived: boolean;
  /** Who helps 协办. */
  assists: OrgCode[];
  /** The clock behind its stage's own, where there is one. */
  behind: ClockBehind | null;
  /** When it last changed. */
  changed_at: Timestamp;
  /** Where it was first heard of; none where an office opened it. */
  channel: Channel | null;
  /** Cases that belong to it, in all. */
  children: number;
  /** … and not ended. */
  children_open: number;
  /** The stage's time limit, while one runs. */
  clock: StageClock | null;
  /** How grave it is among its kind's colours, from 0, the gravest; none where not graded. */
  colour: number | null;
  /** How often things happened to it. */
  counters: CaseCounters;
  /** When it was last dispatched: the handling limit runs from here. */
  dispatched_at: Timestamp | null;
  /** When it ended. */
  ended_at: Timestamp | null;
  /** More time that was asked for and not yet answered. */
  extension: Extension | null;
  /** When it was filed. */
  filed_at: Timestamp | null;
  /** What it became there, once it has arrived. */
  handed_to: CaseId | null;
  /** Where it is being handed over to; nothing else may be asked meanwhile. */
  handover: Partition | null;
  /** Its number. */
  id: CaseId;
  /** What it is about, once known. */
  item: ItemCode | null;
  /** Its path. */
  kind: KindCode;
  /** Degrees north. */
  lat: number | null;
  /** Exactly one while dispatched, handling or handled 主办. */
  lead: OrgCode | null;
  /** Degrees east. */
  lon: number | null;
  /** The case it was merged into. */
  merged_into: CaseId | null;
  /** When it was opened. */
  opened_at: Timestamp;
  /** Who opened it, where an office did. */
  origin: OrgCode | null;
  /** The case it belongs to: a whistle's, a campaign's. */
  parent: CaseId | null;
  /** What assisting, called or told organisations have to do. */
  parts: {
    [k: string]: Part;
  };
  /** What was left when it was suspended. */
  pause: Pause | null;
  /** Where it is: the place of the ticket that opened it. */
  place: {
    /** The smallest grid that holds it; none in a city without outlines. */
    grid: GridCode | null;
    /** The point, where one was given. */
    point: Point | null;
  };
  /** Who may see it. */
  privacy: PrivacyClass;
  /**
   * Until when it is to be handled, as the source said that opened it: a stage whose limit is
   * `signal.due` is due then.
   */
  promised: Timestamp | null;
  /** Whether it is meant. */
  purpose: Purpose;
  /** The grass roots' or the firm's rating, 1 to 5. */
  rating: number | null;
  /** Its priority. */
  severity: Severity;
  /** Where on its kind's road that is. */
  stage: StageCode;
  /** When each step was last taken, by verb or by the kind's own name for it. */
  stamps: {
    /*     */
    [k: string]: Timestamp;
  };
  /** Where it stands. */
  state: CaseState;
  /** What it resembles, best first. */
  suggestions: Suggestion[];
  /** How it is supervised. */
  supervision: Supervision | null;
  /** How many tickets it has. */
  tickets: number;
  /** Its tickets that still wait for a reply or a visit. */
  tickets_waiting: number;
  /** Units sent to it. */
  units: UnitId[];
  /** How soon it must be handled. */
  urgency: Urgency;
  /** How much of the handling limit earlier tries used, in milliseconds of its clock. */
  used_ms: number;
  /** Rises with each change: what an operator saw when asking. */
  version: number;
  /** Whether only cameras have seen it: a person must confirm. */
  video_only: boolean;
}
/** A sheet, as the journal speaks of it. */
export interface SheetHead {
  /** Codes that it takes out. */
  gone: number;
  /** The newest sheet that it amends; none where it is the whole register anew. */
  over: SheetId | null;
  /** Of which register. */
  register: Register;
  /** Rows that it has: new ones, and such as take the place of those of their code. */
  rows: number;
  /** Which. */
  sheet: SheetId;
}
/** A sheet that is in force. */
export interface SheetInForce {
  /** When. */
  at: Timestamp;
  /** … and whose confirmed it. */
  confirmed_by: string;
  /** The sheet. */
  head: SheetHead;
  /** Whose account proposed it … */
  proposed_by: string;
}
/** A sheet that waits for a second person. */
export interface SheetProposed {
  /** When. */
  at: Timestamp;
  /** Whose account proposed it. */
  by: string;
  /** The sheet. */
  head: SheetHead;
}
/** An act that is journalled: what becomes of it stands on the page of the registers. */
export interface SheetReceipt {
  /** The journal's incarnation. */
  epoch: Epoch;
  /** Of which sheet. */
  head: SheetHead;
  /** Where: the city's own partition … */
  partition: Partition;
  /** … and the position there. */
  position: Position;
}
/** An act that was not done. */
export interface SheetRefusedPage {
  /** Whose account asked. */
  by: string;
  /** Of which sheet. */
  sheet: SheetId;
  /** Why it was not done. */
  why: SheetRefusal;
  /** … in words. */
  words: string;
}
/** A stage of a kind's road. */
export interface StageRow {
  /** Whether the case stands there. */
  here: boolean;
  /** Its names. */
  names: Names;
  /** When the case last came there, where it did. */
  since: Timestamp | null;
  /** Its code. */
  stage: StageCode;
  /** The state it is. */
  state: CaseState;
}
/** One step of a case's timeline. */
export interface StepRow {
  /** When. */
  at: Timestamp;
  /** Who asked, where someone did. */
  by: Actor | null;
  /** The command that asked. */
  command: CommandId | null;
  /** What. */
  what: Happened;
  /** What was written with it. */
  written:
    | 'none'
    | 'sealed'
    | 'erased'
    | {
        clear: string;
      };
}
/** The counts of the partitions asked for. */
export interface TallyPage {
  /** How far each partition's picture reaches. */
  as_of: AsOf[];
  /** By partition. */
  tallies: {
    /*     */
    [k: string]: Tally;
  };
}
/** A ticket's row. */
export interface TicketRow {
  /** When it entered the journal. */
  admitted_at: Timestamp;
  /** When it was received, for the corridor's clock. */
  arrived_at: Timestamp;
  /** Why it is in its case. */
  attachment: Attachment;
  /** The case that handles it. */
  case: CaseId;
  /** Where it came from. */
  channel: Channel;
  /** When its sender was first spoken with 联系. */
  contacted_at: Timestamp | null;
  /** Until when it is to be handled, as its source said. */
  due: Timestamp | null;
  /** How a camera's episode stands, where one opened it. */
  episode: Episode | null;
  /** Why it stands outside the three rates 剔除. */
  exclusion: Exclusion | null;
  /** The sender's own identifier. */
  external_id: string;
  /** Its number. */
  id: TicketId;
  /** What it was reported as. */
  item: ItemCode | null;
  /** Degrees north. */
  lat: number | null;
  /** Degrees east. */
  lon: number | null;
  /** When it was seen. */
  observed_at: Timestamp;
  /** What the asker's role may ask of it, and what of that is refused now. */
  offers: OfferRow[];
  /** Where it was reported. */
  place: {
    /** The smallest grid that holds it; none in a city without outlines. */
    grid: GridCode | null;
    /** The point, where one was given. */
    point: Point | null;
  };
  /** Whether it is meant. */
  purpose: Purpose;
  /** What its sender is owed. */
  reply: Reply;
  /** Which observation it is. */
  source: SourceKey;
  /** Times its sender asked again. */
  urges: number;
  /** When its sender was spoken with afterwards, and what they said 回访. */
  visit: Visit | null;
  /** Whether its sender took it back. */
  withdrawn: boolean;
  /** What was written. */
  words: Sealed | null;
  /** What was written. */
  written:
    | 'none'
    | 'sealed'
    | 'erased'
    | {
        clear: Words;
      };
}
/** The units of the partitions asked for. */
export interface UnitsPage {
  /** How far each partition's picture reaches. */
  as_of: AsOf[];
  /** The rows, by partition. */
  units: UnitRow[];
}
/** Somebody who asked was spoken with afterwards 回访. */
export interface Visit {
  /** When. */
  at: Timestamp;
  /** Whether the matter is solved, as they say. */
  resolved: boolean;
  /** What they think of how it was handled. */
  satisfaction: Satisfaction;
}
/** What a sender wrote. */
export interface Words {
  /** The address as it was written; masked too. */
  address?: string;
  /** How to reach the sender. */
  contact?: Contact;
  /** What was written; telephone numbers and the like are masked. */
  text?: string;
}
/** A frame from the server. */
export interface Told {
  /** The answer to a hello. */
  hello?: Welcome;
  /** Rows of a partition. */
  page?: Page;
  /** A partition is live from here on. */
  live?: Live;
  /** What became true. */
  delta?: Delta;
  /** A partition's counts. */
  figures?: Figures;
  /** The server lives. */
  beat?: Beat;
  /** A command is durable; it is not decided yet. */
  journalled?: CommandReceipt;
  /** A command was not journalled. */
  turned_away?: TurnedAway;
  /** Who looks at a case. */
  present?: Present;
}

/** Where the socket is opened, and the subprotocol both sides agree on. */
export const socket = { path: '/api/v1/socket', protocol: 'liandong.v1' };

/** Why a socket was closed: after how long the page comes back, if at all, and whether anew. */
export const closes: Readonly<Record<number, { again_ms: number | null; anew: boolean }>> = {
  /** the server stops */
  1001: { again_ms: 1000, anew: false },
  /** something here is broken */
  1011: { again_ms: 0, anew: false },
  /** what the page said cannot be read */
  4400: { again_ms: null, anew: false },
  /** token unknown or missing */
  4401: { again_ms: null, anew: false },
  /** the token does not reach what was asked */
  4403: { again_ms: null, anew: false },
  /** too slow */
  4408: { again_ms: 5000, anew: false },
  /** another journal (epoch) */
  4409: { again_ms: 0, anew: true },
  /** every place is taken */
  4429: { again_ms: 10000, anew: false },
  /** the server is still reading what there is */
  4503: { again_ms: 1000, anew: false },
  /** no `hello` within 5 s, or no answer to a ping within 20 s */
  4504: { again_ms: 0, anew: false },
};

/** What the fields are that a whole row leaves out. */
export const blanks = {
  WallRow: {
    card: null,
    drill: false,
    due: null,
    grid: null,
    item: null,
    lat: null,
    lead: null,
    lon: null,
    overdue: false,
    tickets: 0,
    units: 0,
    video_only: false,
  },
  DeskRow: {
    assists: [],
    behind: null,
    card: null,
    channel: null,
    children: 0,
    children_open: 0,
    clock: null,
    colour: null,
    counters: {"extensions":0,"reopens":0,"returns":0,"reworks":0,"urges":0,"verifications":0,"whistles":0},
    dispatched_at: null,
    drill: false,
    due: null,
    ended_at: null,
    extension: null,
    filed_at: null,
    grid: null,
    handed_to: null,
    handover: null,
    item: null,
    lat: null,
    lead: null,
    lon: null,
    merged_into: null,
    origin: null,
    overdue: false,
    parent: null,
    parts: {},
    pause: null,
    rating: null,
    stamps: {},
    suggestions: [],
    supervision: null,
    tickets: 0,
    tickets_waiting: 0,
    unit_ids: [],
    units: 0,
    version: 0,
    video_only: false,
  },
};
