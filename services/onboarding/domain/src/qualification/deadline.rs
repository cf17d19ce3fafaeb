//! The deadlines of a qualification.
use kernel::RuleId;
use strum::{IntoStaticStr, VariantArray};

/// A kind of deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Timer {
    /// Renewal is due from here on.
    RenewalDue,
    /// The earliest document lapses.
    DocumentLapse,
    /// The provider answers a demand to re-qualify.
    Requalification,
    /// The provider cures a suspension.
    SuspensionCure,
    /// A reviewer judges what was handed in.
    DocumentReview,
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        match self {
            Self::RenewalDue => RuleId::of("M3.1"),
            Self::Requalification => RuleId::of("M3.2"),
            Self::DocumentLapse | Self::SuspensionCure | Self::DocumentReview => RuleId::of("W32"),
        }
    }

    fn on_expiry(self) -> &'static str {
        match self {
            Self::RenewalDue => "a reminder: the qualification is expiring, renew its documents",
            Self::DocumentLapse => "the category is suspended that day, with a window to cure",
            Self::Requalification => "the category is suspended, with a window to cure",
            Self::SuspensionCure => "the category is lost",
            Self::DocumentReview => "operators are told, another reviewer judges; nothing is decided by silence",
        }
    }

    fn is_reminder(self) -> bool {
        match self {
            Self::RenewalDue => true,
            Self::DocumentLapse | Self::Requalification | Self::SuspensionCure | Self::DocumentReview => false,
        }
    }
}
