//! What a move of a kind may demand beyond its stage and its asker's role, by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::super::id::InvalidId;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $expected:literal {
        $($(#[$about:meta])* $word:ident $text:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$about])* $word,)* }

        impl $name {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$word,)*];

            /// As it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$word => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let known = Self::ALL.iter().copied().find(|word| word.as_str() == text);
                known.ok_or_else(|| InvalidId::new(text, $expected))
            }
        }
    };
}

words! {
    /// A condition on the case and the asker.
    Guard, "a guard such as lead or not_handler" {
        /// The asker acts for the lead organisation.
        Lead "lead",
        /// A handler asks as the lead; the centre's roles may ask for any case.
        LeadOrCentre "lead_or_centre",
        /// The asker's organisation neither leads nor assists.
        NotHandler "not_handler",
        /// The asker's organisation has a part in the case.
        Part "part",
        /// The case was returned less often than it may be.
        ReturnsLeft "returns_left",
        /// The case was verified less often than it may be.
        VerificationsLeft "verifications_left",
        /// The stage is not overdue.
        BeforeDue "before_due",
        /// More time was given less often than it may be.
        ExtensionsLeft "extensions_left",
        /// No answer to a wish for more time is awaited.
        NonePending "none_pending",
        /// An answer to a wish for more time is awaited.
        Pending "pending",
        /// The case carries no red card.
        NoRedCard "no_red_card",
        /// Every assisting organisation is done or was released.
        AssistsDone "assists_done",
        /// Every organisation that was called or told has done its last step.
        PartsDone "parts_done",
        /// Every child case has ended.
        ChildrenEnded "children_ended",
        /// The colour was graded.
        Graded "graded",
        /// The asker stands at the lead's level or above.
        SameOrHigher "same_or_higher",
        /// The asker stands at the level of who set the supervision, or above.
        SetterOrHigher "setter_or_higher",
        /// The case is supervised.
        Supervised "supervised",
        /// The asker's organisation has the authority the item asks for.
        Authority "authority",
        /// It has not: who has must come.
        AuthorityMissing "authority_missing",
        /// The law lets the city's offices issue this certificate.
        Lawful "lawful",
        /// No ticket of the case waits for a visit or a reply.
        TicketsDone "tickets_done",
    }
}

words! {
    /// What a step of a kind's own does besides bringing the case into its stage.
    Effect, "an effect such as claim" {
        /// The asker's organisation leads from now on.
        Claim "claim",
        /// Nobody leads from now on.
        Unclaim "unclaim",
        /// What the case it is about did leaves the figures of months that are not frozen.
        Restate "restate",
    }
}
