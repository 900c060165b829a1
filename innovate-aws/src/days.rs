//! Numbers of days that the compiler knows.

/// A number of days that the compiler knows, so that a setter can refuse one that its service
/// wouldn't take. Written [`days!`](crate::days!).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days<const N: u16>;

/// A number of days: `days!(14)`.
#[macro_export]
macro_rules! days {
    ($days:literal) => {
        $crate::days::Days::<$days>
    };
}
