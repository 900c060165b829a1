//! When backups begin, in UTC.

use std::fmt;

use crate::schedule::Weekday;

const DAY: u16 = 24 * 60;
/// AWS Backup cancels jobs for which it doesn't find the time in less.
const SHORTEST: u16 = 60;

/// The window in which the jobs of a rule begin, in UTC: an hour or more. A job that hasn't begun when
/// it ends is given up. [`start_window!`](crate::start_window) makes one that the compiler has
/// checked.
///
/// Source: `StartWindowMinutes`, "BackupRule", AWS Backup API Reference.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StartWindow {
    /// Minutes since midnight.
    start: u16,
    minutes: u16,
}

/// Why a text is no window for jobs to begin in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartWindowError {
    /// Not of the form `hh:mm-hh:mm`.
    Form,
    /// An hour above 23 or a minute above 59.
    Time,
    /// Shorter than an hour.
    Short,
}

impl StartWindowError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Form => "a window is written 05:00-06:00, in UTC",
            Self::Time => "a time of day goes from 00:00 to 23:59",
            Self::Short => "jobs of AWS Backup have an hour at least to begin in",
        }
    }
}

impl fmt::Display for StartWindowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for StartWindowError {}

/// Minutes since midnight.
const fn time(hour: [u8; 2], minute: [u8; 2]) -> Result<u16, StartWindowError> {
    let ([a, b], [c, d]) = (hour, minute);
    if !(a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_digit() && d.is_ascii_digit()) {
        return Err(StartWindowError::Form);
    }
    let (hour, minute) = ((a - b'0') * 10 + (b - b'0'), (c - b'0') * 10 + (d - b'0'));
    if hour > 23 || minute > 59 {
        return Err(StartWindowError::Time);
    }
    Ok(hour as u16 * 60 + minute as u16)
}

impl StartWindow {
    /// The window from `start` hours on, an hour long: what a rule has by default.
    pub(super) const fn hour_from(start: u16) -> Self {
        Self { start: start * 60, minutes: SHORTEST }
    }

    /// Reads `hh:mm-hh:mm`, also at compile time. It may pass midnight.
    ///
    /// # Errors
    ///
    /// If the text has another form, a time is out of range, or the window is shorter than an hour.
    pub const fn parse(text: &str) -> Result<Self, StartWindowError> {
        let [a, b, b':', c, d, b'-', e, f, b':', g, h] = text.as_bytes() else {
            return Err(StartWindowError::Form);
        };
        let start = match time([*a, *b], [*c, *d]) {
            Ok(start) => start,
            Err(error) => return Err(error),
        };
        let end = match time([*e, *f], [*g, *h]) {
            Ok(end) => end,
            Err(error) => return Err(error),
        };
        let minutes = (end + DAY - start) % DAY;
        if minutes < SHORTEST {
            return Err(StartWindowError::Short);
        }
        Ok(Self { start, minutes })
    }

    /// How long it is, in minutes.
    pub const fn minutes(self) -> u16 {
        self.minutes
    }
}

impl fmt::Display for StartWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.start, (self.start + self.minutes) % DAY);
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl fmt::Debug for StartWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A window for jobs to begin in, in UTC, that the compiler has checked:
/// `start_window!("05:00-06:00")`.
#[macro_export]
macro_rules! start_window {
    ($text:literal) => {{
        const WINDOW: $crate::backup::StartWindow = match $crate::backup::StartWindow::parse($text)
        {
            Ok(window) => window,
            Err(error) => $crate::literal::reject(&[
                "not a window for backups to begin in: `",
                $text,
                "`: ",
                error.message(),
            ]),
        };
        WINDOW
    }};
}

/// How often something begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cadence {
    Daily,
    Weekly(Weekday),
    /// On this day, 1 to 28.
    Monthly(u8),
}

impl Cadence {
    /// The cron expression of what begins with the window, in UTC.
    ///
    /// Source: "Cron expressions", Amazon EventBridge User Guide.
    pub(super) fn cron(self, window: StartWindow) -> String {
        let (hour, minute) = (window.start / 60, window.start % 60);
        match self {
            Self::Daily => format!("cron({minute} {hour} * * ? *)"),
            Self::Weekly(day) => format!("cron({minute} {hour} ? * {} *)", day.name()),
            Self::Monthly(day) => format!("cron({minute} {hour} {day} * ? *)"),
        }
    }

    /// A name that tells what begins with the window from what begins at other times.
    pub(super) fn name(self, window: StartWindow) -> String {
        let (hour, minute) = (window.start / 60, window.start % 60);
        match self {
            Self::Daily => format!("daily-{hour:02}{minute:02}"),
            Self::Weekly(day) => {
                format!("weekly-{}-{hour:02}{minute:02}", day.name().to_ascii_lowercase())
            }
            Self::Monthly(day) => format!("monthly-{day}-{hour:02}{minute:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_reads_back_as_it_was_written() {
        for text in ["05:00-06:00", "23:30-00:30", "00:00-23:59"] {
            assert_eq!(StartWindow::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_window_is_refused_with_its_reason() {
        for (text, error) in [
            ("", StartWindowError::Form),
            ("5:00-6:00", StartWindowError::Form),
            ("a5:00-06:00", StartWindowError::Form),
            ("24:00-25:00", StartWindowError::Time),
            ("05:60-07:00", StartWindowError::Time),
            ("05:00-05:59", StartWindowError::Short),
            ("05:00-05:00", StartWindowError::Short),
        ] {
            assert_eq!(StartWindow::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_cadence_is_a_cron_expression_and_a_name() {
        let window = start_window!("06:30-07:30");
        for (cadence, cron, name) in [
            (Cadence::Daily, "cron(30 6 * * ? *)", "daily-0630"),
            (Cadence::Weekly(Weekday::Sunday), "cron(30 6 ? * SUN *)", "weekly-sun-0630"),
            (Cadence::Monthly(15), "cron(30 6 15 * ? *)", "monthly-15-0630"),
        ] {
            assert_eq!(cadence.cron(window), cron);
            assert_eq!(cadence.name(window), name);
        }
    }
}
