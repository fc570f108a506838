//! Every limit of the core in one place: reaching one is a named outcome, never a surprise.

use super::time::{DAY_MS, HOUR_MS, MINUTE_MS};

/// Tickets one case may hold.
pub const TICKETS_PER_CASE_MAX: usize = 500;
/// Units one case may be given: a second alarm in San Francisco had 23 at once.
pub const ASSIGNMENTS_MAX: usize = 32;
/// Organisations that may assist the lead.
pub const ASSISTS_MAX: usize = 8;
/// Suggestions a case keeps, the best ones.
pub const SUGGESTIONS_MAX: usize = 5;
/// Reasons an attachment keeps, the weightiest ones.
pub const REASONS_MAX: usize = 16;
/// Open cases one partition may hold; beyond it a new signal is still kept as a ticket of the
/// city's overflow case of its item.
pub const OPEN_CASES_MAX: usize = 500_000;
/// Units one partition may hold.
pub const UNITS_MAX: usize = 20_000;
/// Returns one case may have before the centre decides (`domain.md` 1.4).
pub const RETURNS_MAX: u8 = 2;
/// Times a case may be sent to be verified (`domain.md` 4.3).
pub const VERIFICATIONS_MAX: u8 = 2;
/// Times a case may be given more time (`domain.md` 4.3).
pub const EXTENSIONS_MAX: u8 = 2;
/// Organisations that may have a part in a case: assists, and who was called or told.
pub const PARTS_MAX: usize = 128;
/// Arrivals from other partitions remembered; the oldest go.
pub const ARRIVALS_MAX: usize = 200_000;
/// Cases one case may fan out into at once.
pub const CHILDREN_MAX: usize = 1_024;
/// How far ahead more time may be given, or a review be set.
pub const AHEAD_MS_MAX: i64 = 366 * DAY_MS;
/// Tickets of one case from which it is graver than its item says, once (`domain.md` 4.4).
pub const TICKETS_RAISE: u32 = 5;
/// Channels of one case from which it is.
pub const CHANNELS_RAISE: usize = 3;

/// Days a calendar may list that are otherwise than their weekday says.
pub const CALENDAR_EXCEPTIONS_MAX: usize = 4_000;

/// How long a command's answer is remembered.
pub const ANSWERS_KEPT_MS: i64 = 24 * HOUR_MS;
/// Answers remembered at once; the oldest go first.
pub const ANSWERS_MAX: usize = 2_000_000;
/// How long a source key is remembered; ingest refuses what was observed before that.
pub const SOURCES_KEPT_MS: i64 = 7 * DAY_MS;
/// Source keys remembered at once; the oldest go first.
pub const SOURCES_MAX: usize = 8_000_000;
/// How far ahead of the journal's clock a sender's clock may be.
pub const FUTURE_MS_MAX: i64 = HOUR_MS;
/// How far from when it was observed a signal may say that it is due: a city wrote 2059.
pub const DUE_MS_MAX: i64 = 36_525 * DAY_MS;
/// How long ago a camera may have seen what it says: older looks open no episode.
pub const DETECTION_LATE_MS_MAX: i64 = HOUR_MS;
/// Sheets of a register in force at once: one whole, and those that amend it.
pub const SHEETS_MAX: usize = 64;
/// How long an ended canary stays.
pub const CANARY_KEPT_MS: i64 = 10 * MINUTE_MS;
/// Ended cases kept at once; beyond it the oldest are archived early.
pub const ENDED_CASES_MAX: usize = 1_000_000;
/// Clocks of each sort one tick lets run out; the rest wait for the next.
pub const TICK_CLOCKS_MAX: usize = 8_192;

/// Distinct words of one report's evidence.
pub const WORDS_MAX: usize = 64;
/// Tags of one report's evidence.
pub const TAGS_MAX: usize = 12;
/// Bytes of a report's free text, in UTF-8.
pub const TEXT_BYTES_MAX: usize = 8 * 1_024;
/// Bytes of an address as it was written, in UTF-8.
pub const ADDRESS_BYTES_MAX: usize = 512;
/// Bytes of a contact's name, telephone number or e-mail address.
pub const CONTACT_BYTES_MAX: usize = 256;
/// Bytes of a sealed contact as it is written, base64.
pub const SEALED_CONTACT_BYTES_MAX: usize = 2 * 1_024;
/// Bytes of a sender's own identifier.
pub const EXTERNAL_ID_BYTES_MAX: usize = 128;
/// Bytes of one HTTP body.
pub const BODY_BYTES_MAX: usize = 4 * 1_024 * 1_024;
/// Signals of one HTTP request.
pub const BATCH_SIGNALS_MAX: usize = 1_000;
/// Raw detections of one HTTP request.
pub const BATCH_DETECTIONS_MAX: usize = 20_000;
/// Bytes of what could not be read that a dead letter keeps.
pub const DEAD_LETTER_BYTES_MAX: usize = 16 * 1_024;
/// Entries one read of a journal may bring.
pub const READ_ENTRIES_MAX: usize = 4_096;
