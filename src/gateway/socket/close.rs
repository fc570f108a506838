//! Why a socket is closed, as `docs/protocol.md` lists it.

use tungstenite::protocol::CloseFrame;

/// Why a session ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// The page left, or the connection broke.
    Left,
    /// The process stops.
    Stopping,
    /// What the page said cannot be read.
    Unreadable(String),
    /// Nobody known asks.
    Unknown(String),
    /// It asks for what it may not see.
    OutOfReach(String),
    /// It does not keep up.
    Slow,
    /// It stands in another journal.
    OtherEpoch,
    /// No place is free.
    Full,
    /// It said no hello, or nothing for too long, not even a pong.
    Silent,
    /// Something here is broken.
    Broken(String),
}

impl Ended {
    /// The close code; none where nobody is there to read it.
    pub(super) fn code(&self) -> Option<u16> {
        Some(match self {
            Self::Left => return None,
            Self::Stopping => 1001,
            Self::Broken(_) => 1011,
            Self::Unreadable(_) => 4400,
            Self::Unknown(_) => 4401,
            Self::OutOfReach(_) => 4403,
            Self::Slow => 4408,
            Self::OtherEpoch => 4409,
            Self::Full => 4429,
            Self::Silent => 4504,
        })
    }

    /// What is sent last.
    pub(super) fn farewell(&self) -> Option<CloseFrame> {
        let reason = match self {
            Self::Left | Self::Stopping => "",
            Self::Unreadable(why)
            | Self::Unknown(why)
            | Self::OutOfReach(why)
            | Self::Broken(why) => why,
            Self::Slow => "too slow",
            Self::OtherEpoch => "another journal: begin anew",
            Self::Full => "every place of gateway.followers_max is taken",
            Self::Silent => "nothing was heard for too long",
        };
        // A close frame holds 125 bytes, two of them the code.
        let mut end = reason.len().min(123);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        let reason = reason.get(..end).unwrap_or_default().to_owned().into();
        Some(CloseFrame { code: self.code()?.into(), reason })
    }

    /// The word it is counted under.
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Stopping => "stopping",
            Self::Unreadable(_) => "unreadable",
            Self::Unknown(_) => "unknown",
            Self::OutOfReach(_) => "out_of_reach",
            Self::Slow => "slow",
            Self::OtherEpoch => "other_epoch",
            Self::Full => "full",
            Self::Silent => "silent",
            Self::Broken(_) => "broken",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let close = Ended::Unreadable("灾".repeat(60)).farewell().unwrap();
        assert_eq!((close.code.into(), close.reason.len()), (4400_u16, 123));
        assert_eq!(Ended::Left.farewell(), None);
    }
}
