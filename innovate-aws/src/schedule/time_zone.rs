//! Time zones.

use std::fmt;

use innovate_core::{Gives, Text, Value};

use super::zone::ZONES;

/// A time zone, with its summer time, by the name that the IANA database has for it.
/// [`time_zone!`](crate::time_zone) makes one that the compiler has checked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeZone {
    name: &'static str,
    /// Of UTC, in minutes, at the least and at the most.
    ahead: (i16, i16),
}

/// A text is no time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZoneError {
    given: String,
}

impl fmt::Display for TimeZoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a time zone: `{}`: one is written Europe/Berlin, or UTC", self.given)
    }
}

impl std::error::Error for TimeZoneError {}

impl TimeZone {
    /// Coordinated Universal Time, which knows no summer time.
    pub const UTC: Self = Self { name: "UTC", ahead: (0, 0) };

    /// The zone of this name, also at compile time.
    pub const fn find(name: &str) -> Option<Self> {
        let mut zones = ZONES;
        while let [(least, most, names), others @ ..] = zones {
            let mut rest = *names;
            while let [first, others @ ..] = rest {
                if crate::name::same(first.as_bytes(), name.as_bytes()) {
                    return Some(Self { name: first, ahead: (*least, *most) });
                }
                rest = others;
            }
            zones = others;
        }
        None
    }

    /// The zone of this name.
    ///
    /// # Errors
    ///
    /// If the IANA database has no such zone.
    pub fn new(name: &str) -> Result<Self, TimeZoneError> {
        Self::find(name).ok_or_else(|| TimeZoneError { given: name.to_owned() })
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// By how many minutes it is ahead of UTC, at the least and at the most of a year.
    pub(crate) const fn ahead_of_utc(self) -> (i16, i16) {
        self.ahead
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Gives<Text> for TimeZone {
    fn give(self) -> Value<Text> {
        self.name.give()
    }
}

/// A time zone that the compiler has checked: `time_zone!("Europe/Berlin")`.
#[macro_export]
macro_rules! time_zone {
    ($name:literal) => {{
        const ZONE: $crate::schedule::TimeZone = match $crate::schedule::TimeZone::find($name) {
            Some(zone) => zone,
            None => $crate::literal::reject(&[
                "not a time zone: `",
                $name,
                "`: one is written Europe/Berlin, or UTC",
            ]),
        };
        ZONE
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zones_are_those_of_the_iana_database() {
        assert!(ZONES.iter().map(|(.., names)| names.len()).sum::<usize>() > 300);
        assert!(ZONES.iter().all(|(least, most, names)| least <= most && names.is_sorted()));
        for name in ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"] {
            assert_eq!(TimeZone::new(name).unwrap().to_string(), name);
        }
        for wrong in ["", "Berlin", "europe/berlin", "Europe/Berln", "CEST", "+02:00"] {
            assert!(TimeZone::new(wrong).is_err(), "{wrong}");
        }
        assert_eq!(time_zone!("Europe/Dublin").name(), "Europe/Dublin");
    }

    #[test]
    fn summer_time_is_a_second_distance_from_utc() {
        for (name, ahead) in [
            ("UTC", (0, 0)),
            ("Europe/Berlin", (60, 120)),
            ("America/New_York", (-300, -240)),
            ("Asia/Kolkata", (330, 330)),
            ("Pacific/Auckland", (720, 780)),
        ] {
            assert_eq!(TimeZone::new(name).unwrap().ahead_of_utc(), ahead, "{name}");
        }
    }
}
