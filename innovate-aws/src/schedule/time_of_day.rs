//! Times of day.

use std::fmt;

/// A time of day, to the minute. [`time_of_day!`](crate::time_of_day) makes one that the compiler has
/// checked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    /// Since midnight.
    minutes: u16,
}

/// Why a text is no time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeError {
    /// Not of the form `hh:mm`.
    Form,
    /// An hour above 23 or a minute above 59.
    Range,
}

impl TimeError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Form => "a time of day is written 20:00",
            Self::Range => "a time of day goes from 00:00 to 23:59",
        }
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for TimeError {}

impl TimeOfDay {
    /// Reads `hh:mm`, also at compile time.
    ///
    /// # Errors
    ///
    /// If the text has another form, or a number is out of range.
    pub const fn parse(text: &str) -> Result<Self, TimeError> {
        match text.as_bytes() {
            [a, b, b':', c, d] => Self::of_digits([*a, *b], [*c, *d]),
            _ => Err(TimeError::Form),
        }
    }

    pub(crate) const fn of_digits(hour: [u8; 2], minute: [u8; 2]) -> Result<Self, TimeError> {
        let ([a, b], [c, d]) = (hour, minute);
        let digits =
            a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_digit() && d.is_ascii_digit();
        if !digits {
            return Err(TimeError::Form);
        }
        let hour = (a - b'0') as u16 * 10 + (b - b'0') as u16;
        let minute = (c - b'0') as u16 * 10 + (d - b'0') as u16;
        if hour > 23 || minute > 59 {
            Err(TimeError::Range)
        } else {
            Ok(Self { minutes: hour * 60 + minute })
        }
    }

    /// The hour, 0 to 23.
    pub const fn hour(self) -> u16 {
        self.minutes / 60
    }

    /// The minute, 0 to 59.
    pub const fn minute(self) -> u16 {
        self.minutes % 60
    }

    /// So many minutes after midnight, of one day.
    pub(crate) const fn of_minutes(minutes: u16) -> Self {
        Self { minutes: minutes % (24 * 60) }
    }

    /// In minutes since midnight.
    pub const fn minutes(self) -> u16 {
        self.minutes
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())
    }
}

impl fmt::Debug for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A time of day that the compiler has checked: `time_of_day!("20:00")`.
#[macro_export]
macro_rules! time_of_day {
    ($text:literal) => {{
        const TIME: $crate::schedule::TimeOfDay = match $crate::schedule::TimeOfDay::parse($text) {
            Ok(time) => time,
            Err(error) => {
                $crate::literal::reject(&["not a time of day: `", $text, "`: ", error.message()])
            }
        };
        TIME
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_back_as_it_was_written_and_nothing_else_is_one() {
        for text in ["00:00", "07:30", "23:59"] {
            assert_eq!(TimeOfDay::parse(text).unwrap().to_string(), text);
        }
        for (text, error) in [
            ("7:30", TimeError::Form),
            ("07.30", TimeError::Form),
            ("0a:30", TimeError::Form),
            ("24:00", TimeError::Range),
            ("12:60", TimeError::Range),
        ] {
            assert_eq!(TimeOfDay::parse(text), Err(error), "{text}");
        }
        assert_eq!(time_of_day!("20:15").minutes(), 1_215);
    }
}
