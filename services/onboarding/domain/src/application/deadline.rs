//! The deadlines of an application.
use kernel::RuleId;
use strum::{IntoStaticStr, VariantArray};

/// A kind of deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Timer {
    /// A reviewer decides.
    Review,
    /// A reviewer's claim holds.
    ReviewLease,
    /// The applicant answers a request for information.
    Information,
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        match self {
            Self::Review | Self::ReviewLease => RuleId::of("W32"),
            Self::Information => RuleId::of("M3.2"),
        }
    }

    fn on_expiry(self) -> &'static str {
        match self {
            Self::Review => "goes back to the queue, operators are told; nothing is decided by silence",
            Self::ReviewLease => "goes back to the queue, another reviewer may take it",
            Self::Information => "the application lapses; a new one is possible",
        }
    }
}
