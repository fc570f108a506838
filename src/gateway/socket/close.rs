//! Why a socket is closed, as `docs/protocol.md` lists it.

use tungstenite::protocol::CloseFrame;

use crate::wire::socket_v1::Close;

const STOPPING: Close = Close { again_ms: Some(1_000), ..tell(1001, "the server stops") };
const BROKEN: Close = Close { again_ms: Some(0), ..tell(1011, "something here is broken") };
const UNREADABLE: Close = tell(4400, "what the page said cannot be read");
const UNKNOWN: Close = tell(4401, "token unknown or missing");
const OUT_OF_REACH: Close = tell(4403, "the token does not reach what was asked");
const SLOW: Close = Close { again_ms: Some(5_000), ..tell(4408, "too slow") };
const OTHER_EPOCH: Close =
    Close { again_ms: Some(0), anew: true, ..tell(4409, "another journal (epoch)") };
const FULL: Close = Close { again_ms: Some(10_000), ..tell(4429, "every place is taken") };
const STARTING: Close =
    Close { again_ms: Some(1_000), ..tell(4503, "the server is still reading what there is") };
const SILENT: Close = Close {
    again_ms: Some(0),
    ..tell(4504, "no `hello` within 5 s, or no answer to a ping within 20 s")
};

/// Every code a page may see, and what it then does.
pub const CLOSES: [Close; 10] = [
    STOPPING,
    BROKEN,
    UNREADABLE,
    UNKNOWN,
    OUT_OF_REACH,
    SLOW,
    OTHER_EPOCH,
    FULL,
    STARTING,
    SILENT,
];

/// A code with which the page does not come back by itself, but tells its operator.
const fn tell(code: u16, meaning: &'static str) -> Close {
    Close { code, meaning, again_ms: None, anew: false }
}

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
    /// The picture is not read yet.
    Starting,
    /// It said no hello, or nothing for too long, not even a pong.
    Silent,
    /// Something here is broken.
    Broken(String),
}

impl Ended {
    /// The close code; none where nobody is there to read it.
    pub(super) fn code(&self) -> Option<u16> {
        let close = match self {
            Self::Left => return None,
            Self::Stopping => STOPPING,
            Self::Broken(_) => BROKEN,
            Self::Unreadable(_) => UNREADABLE,
            Self::Unknown(_) => UNKNOWN,
            Self::OutOfReach(_) => OUT_OF_REACH,
            Self::Slow => SLOW,
            Self::OtherEpoch => OTHER_EPOCH,
            Self::Full => FULL,
            Self::Starting => STARTING,
            Self::Silent => SILENT,
        };
        Some(close.code)
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
            Self::Starting => "the server is still reading what there is",
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
            Self::Starting => "starting",
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
