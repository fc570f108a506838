//! Who speaks for a partition: the owner always, a standby when the owner is silent.
//!
//! The consumer group only decides who speaks first. Any processor makes the same bytes, so a
//! standby needs nobody's permission: it speaks when it has known for a while what nobody says.
//! Slow is not silent: any range of another, an empty one too, starts the wait anew.

use crate::domain::Timestamp;

/// How long a standby of the first turn lets what it knows go unsaid.
const UNSAID_MS: i64 = 300;
/// How long it lets a partition be silent in which nothing happens: nobody ticks there either.
const SILENT_MS: i64 = 2_000;
/// The bits of a speaker's name that are its own; the turn stands above them.
const OWN_BITS: u32 = 56;

/// A speaker's name in what it says: its turn, the owner's being 0, then what is its own. Of two
/// who speak, the lesser name goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name(pub(super) u64);

impl Name {
    /// The name of who has `turn`; of `own` the lower 56 bits count.
    pub(super) fn new(turn: u8, own: u64) -> Self {
        Self(u64::from(turn) << OWN_BITS | own & ((1 << OWN_BITS) - 1))
    }

    /// The same speaker's name at another turn.
    pub(super) fn at_turn(self, turn: u8) -> Self {
        Self::new(turn, self.0)
    }

    /// Whether both are names of one speaker.
    pub(super) fn is_same(self, other: Self) -> bool {
        self.at_turn(0) == other.at_turn(0)
    }
}

/// One processor's voice in one partition.
#[derive(Debug)]
pub(super) struct Voice {
    owner: bool,
    /// Its turn among the standbys; none where it only speaks as the owner.
    turn: Option<u8>,
    speaking: bool,
    /// When another was heard last, or it began to listen.
    heard_at: Timestamp,
    /// Since when it knows what is not said.
    unsaid_since: Option<Timestamp>,
}

/// What was heard and known in one look.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heard {
    /// The least name of others who spoke since the last look.
    pub(super) other: Option<Name>,
    /// Whether what is published reached further.
    pub(super) advanced: bool,
    /// Whether something is known that is not said.
    pub(super) unsaid: bool,
}

impl Voice {
    /// Of one that listens from `now` on.
    pub(super) fn new(turn: Option<u8>, now: Timestamp) -> Self {
        Self { owner: false, turn, speaking: false, heard_at: now, unsaid_since: None }
    }

    /// Whether it speaks.
    pub(super) fn speaks(&self) -> bool {
        self.speaking
    }

    /// Whether the partition is its own.
    pub(super) fn is_owner(&self) -> bool {
        self.owner
    }

    /// The turn it speaks at.
    pub(super) fn turn(&self) -> u8 {
        if self.owner { 0 } else { self.turn.unwrap_or(u8::MAX) }
    }

    /// The partition was given to it, or taken from it.
    pub(super) fn own(&mut self, owner: bool, now: Timestamp) {
        self.owner = owner;
        self.speaking = false;
        self.heard_at = now;
        self.unsaid_since = None;
    }

    /// Notes what was heard; a standby falls silent where one speaks that comes before it. Says
    /// whether one that is silent is to begin: the owner at once, a standby that has waited.
    pub(super) fn look(&mut self, name: Name, heard: Heard, now: Timestamp) -> bool {
        if heard.other.is_some() {
            self.heard_at = now;
        }
        if !heard.unsaid {
            self.unsaid_since = None;
        } else if heard.advanced || self.unsaid_since.is_none() {
            self.unsaid_since = Some(now);
        }
        if self.owner {
            return !self.speaking;
        }
        if heard.other.is_some_and(|other| other < name) {
            self.speaking = false;
        }
        !self.speaking && self.is_due(now)
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let Some(turn) = self.turn.map(i64::from) else { return false };
        let silent = now.0.saturating_sub(self.heard_at.0);
        let unsaid = self.unsaid_since.map_or(0, |since| now.0.saturating_sub(since.0));
        UNSAID_MS * turn <= silent.min(unsaid) || SILENT_MS * turn <= silent
    }

    /// It begins to speak.
    pub(super) fn begin(&mut self) {
        self.speaking = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Name = Name(77);

    fn standby(turn: u8) -> (Voice, Name) {
        (Voice::new(Some(turn), Timestamp(0)), Name::new(turn, 5))
    }

    fn heard(other: Option<Name>, advanced: bool, unsaid: bool) -> Heard {
        Heard { other, advanced, unsaid }
    }

    #[test]
    fn a_name_holds_its_turn_and_whose_it_is() {
        let name = Name::new(2, u64::MAX);
        assert_eq!(name.at_turn(2), name);
        assert!(name.is_same(Name::new(0, u64::MAX)) && !name.is_same(Name::new(2, 5)));
        assert!(Name::new(0, u64::MAX) < Name::new(1, 0));
    }

    #[test]
    fn a_standby_waits_from_when_it_knew_and_the_second_twice_as_long() {
        for (turn, due) in [(1, 310), (2, 610)] {
            let (mut voice, name) = standby(turn);
            let unsaid = heard(None, false, true);
            assert!(!voice.look(name, unsaid, Timestamp(10)));
            assert!(!voice.look(name, unsaid, Timestamp(due - 1)));
            assert!(voice.look(name, unsaid, Timestamp(due)));
        }
    }

    #[test]
    fn slow_is_not_silent() {
        let (mut voice, name) = standby(1);
        let mut now = 0;
        for _ in 0..50 {
            now += 200;
            // A sign of life without any progress.
            assert!(!voice.look(name, heard(Some(OWNER), false, true), Timestamp(now)));
        }
        assert!(voice.look(name, heard(None, false, true), Timestamp(now + 300)));
    }

    #[test]
    fn what_is_said_meanwhile_starts_the_wait_anew() {
        let (mut voice, name) = standby(1);
        voice.look(name, heard(None, false, true), Timestamp(0));
        assert!(!voice.look(name, heard(Some(OWNER), true, true), Timestamp(299)));
        assert!(!voice.look(name, heard(None, false, true), Timestamp(598)));
        assert!(voice.look(name, heard(None, false, true), Timestamp(599)));
    }

    #[test]
    fn where_nothing_happens_silence_alone_is_enough() {
        let (mut voice, name) = standby(1);
        assert!(!voice.look(name, heard(None, false, false), Timestamp(1_999)));
        assert!(voice.look(name, heard(None, false, false), Timestamp(2_000)));
    }

    #[test]
    fn it_falls_silent_before_who_comes_first_and_only_before_him() {
        let (mut voice, name) = standby(1);
        voice.begin();
        voice.look(name, heard(Some(Name::new(2, 1)), true, false), Timestamp(1));
        assert!(voice.speaks());
        voice.look(name, heard(Some(OWNER), true, false), Timestamp(2));
        assert!(!voice.speaks());
        voice.own(true, Timestamp(3));
        assert!(voice.look(name.at_turn(0), heard(None, false, false), Timestamp(3)));
        voice.begin();
        voice.look(name.at_turn(0), heard(Some(Name(1)), true, false), Timestamp(4));
        assert!(voice.speaks(), "the owner always sends its marks");
    }

    #[test]
    fn who_is_no_standby_waits_for_ever() {
        let mut voice = Voice::new(None, Timestamp(0));
        let (name, unsaid) = (Name(1), heard(None, false, true));
        assert!(!voice.look(name, unsaid, Timestamp(0)));
        assert!(!voice.look(name, unsaid, Timestamp(i64::MAX)));
    }
}
