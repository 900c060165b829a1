//! When backups are made and when maintenance happens, in UTC.

use std::fmt;

use innovate_core::{Gives, Text, Value};

use crate::schedule::{TimeError, TimeOfDay, Weekday};

const DAY: u16 = 24 * 60;
const WEEK: u16 = 7 * DAY;
const SHORTEST: u16 = 30;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The daily window in which the backup is made, in UTC: at least 30 minutes.
/// [`window!`](crate::window) makes one that the compiler has checked.
///
/// Source: `PreferredBackupWindow`, `AWS::RDS::DBCluster`, AWS CloudFormation Template Reference Guide.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BackupWindow {
    /// Minutes since midnight.
    start: u16,
    minutes: u16,
}

/// The weekly window in which AWS patches the cluster, in UTC: at least 30 minutes.
/// [`weekly_window!`](crate::weekly_window) makes one that the compiler has checked.
///
/// Source: `PreferredMaintenanceWindow`, `AWS::RDS::DBCluster`, AWS CloudFormation Template Reference
/// Guide.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaintenanceWindow {
    /// Minutes since Monday's midnight.
    start: u16,
    minutes: u16,
}

/// Why a text is no window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WindowError {
    /// Not of the form `hh:mm-hh:mm`.
    Form,
    /// Not of the form `ddd:hh:mm-ddd:hh:mm`.
    WeeklyForm,
    /// An hour above 23 or a minute above 59.
    Time,
    /// Shorter than 30 minutes.
    Short,
}

impl WindowError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Form => "a daily window is written 02:00-03:00, in UTC",
            Self::WeeklyForm => "a weekly window is written sun:04:00-sun:05:00, in UTC",
            Self::Time => "a time of day goes from 00:00 to 23:59",
            Self::Short => "a window is at least 30 minutes long",
        }
    }
}

impl fmt::Display for WindowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for WindowError {}

/// Minutes since midnight.
const fn time(hour: [u8; 2], minute: [u8; 2]) -> Result<u16, WindowError> {
    match TimeOfDay::of_digits(hour, minute) {
        Ok(time) => Ok(time.minutes()),
        Err(TimeError::Form) => Err(WindowError::Form),
        Err(TimeError::Range) => Err(WindowError::Time),
    }
}

/// Days since Monday.
const fn day(name: [u8; 3]) -> Result<u16, WindowError> {
    Ok(match &name {
        b"mon" => 0,
        b"tue" => 1,
        b"wed" => 2,
        b"thu" => 3,
        b"fri" => 4,
        b"sat" => 5,
        b"sun" => 6,
        _ => return Err(WindowError::WeeklyForm),
    })
}

/// How long it is from `start` to `end`, over the end of a `cycle` if need be.
const fn length(start: u16, end: u16, cycle: u16) -> Result<u16, WindowError> {
    let minutes = (end + cycle - start) % cycle;
    if minutes < SHORTEST { Err(WindowError::Short) } else { Ok(minutes) }
}

macro_rules! attempt {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => return Err(error),
        }
    };
}

impl BackupWindow {
    /// 02:00 to 03:00 UTC, what a cluster has by default.
    pub const DEFAULT: Self = Self { start: 2 * 60, minutes: 60 };

    /// Reads `hh:mm-hh:mm`, also at compile time. It may pass midnight.
    ///
    /// # Errors
    ///
    /// If the text has another form, a time is out of range, or the window is shorter than 30 minutes.
    pub const fn parse(text: &str) -> Result<Self, WindowError> {
        let [a, b, b':', c, d, b'-', e, f, b':', g, h] = text.as_bytes() else {
            return Err(WindowError::Form);
        };
        let start = attempt!(time([*a, *b], [*c, *d]));
        let end = attempt!(time([*e, *f], [*g, *h]));
        Ok(Self { start, minutes: attempt!(length(start, end, DAY)) })
    }

    /// When it begins, in minutes since midnight, and how long it is.
    pub(crate) const fn in_minutes(self) -> (u16, u16) {
        (self.start, self.minutes)
    }

    /// Whether a backup could still run when maintenance begins, or the other way round.
    pub const fn overlaps(self, maintenance: MaintenanceWindow) -> bool {
        // Seen from the backup's start, the maintenance begins so many minutes into the day.
        let into = (maintenance.start % DAY + DAY - self.start) % DAY;
        into < self.minutes || into + maintenance.minutes > DAY
    }
}

impl MaintenanceWindow {
    /// Sunday, 04:00 to 05:00 UTC, what a cluster has by default.
    pub const DEFAULT: Self = Self { start: 6 * DAY + 4 * 60, minutes: 60 };

    /// Reads `ddd:hh:mm-ddd:hh:mm`, also at compile time. It may pass the end of the week.
    ///
    /// # Errors
    ///
    /// If the text has another form, a time is out of range, or the window is shorter than 30 minutes.
    pub const fn parse(text: &str) -> Result<Self, WindowError> {
        let [d1, d2, d3, b':', a, b, b':', c, d, b'-', e1, e2, e3, b':', e, f, b':', g, h] =
            text.as_bytes()
        else {
            return Err(WindowError::WeeklyForm);
        };
        let start = attempt!(day([*d1, *d2, *d3])) * DAY + attempt!(time([*a, *b], [*c, *d]));
        let end = attempt!(day([*e1, *e2, *e3])) * DAY + attempt!(time([*e, *f], [*g, *h]));
        Ok(Self { start, minutes: attempt!(length(start, end, WEEK)) })
    }

    /// When it begins, in UTC.
    pub(crate) const fn begin(self) -> (Weekday, TimeOfDay) {
        let day = match self.start / DAY {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        };
        (day, TimeOfDay::of_minutes(self.start % DAY))
    }

    /// How long it is.
    pub(crate) const fn length_in_minutes(self) -> u16 {
        self.minutes
    }

    /// When it begins, in minutes since Monday's midnight, and how long it is.
    pub(super) const fn in_minutes(self) -> (u16, u16) {
        (self.start, self.minutes)
    }
}

impl fmt::Display for BackupWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = (self.start + self.minutes) % DAY;
        let (from, to) = (self.start, end);
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl fmt::Display for MaintenanceWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = |f: &mut fmt::Formatter<'_>, at: u16| {
            let day = DAYS.get(usize::from(at / DAY)).copied().unwrap_or_default();
            write!(f, "{day}:{:02}:{:02}", at % DAY / 60, at % 60)
        };
        moment(f, self.start)?;
        f.write_str("-")?;
        moment(f, (self.start + self.minutes) % WEEK)
    }
}

impl fmt::Debug for BackupWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for MaintenanceWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Gives<Text> for BackupWindow {
    fn give(self) -> Value<Text> {
        self.to_string().give()
    }
}

impl Gives<Text> for MaintenanceWindow {
    fn give(self) -> Value<Text> {
        self.to_string().give()
    }
}

/// A daily window in UTC that the compiler has checked: `window!("02:00-03:00")`.
#[macro_export]
macro_rules! window {
    ($text:literal) => {{
        const WINDOW: $crate::database::BackupWindow =
            match $crate::database::BackupWindow::parse($text) {
                Ok(window) => window,
                Err(error) => $crate::literal::reject(&[
                    "not a daily window: `",
                    $text,
                    "`: ",
                    error.message(),
                ]),
            };
        WINDOW
    }};
}

/// A weekly window in UTC that the compiler has checked: `weekly_window!("sun:04:00-sun:05:00")`.
#[macro_export]
macro_rules! weekly_window {
    ($text:literal) => {{
        const WINDOW: $crate::database::MaintenanceWindow =
            match $crate::database::MaintenanceWindow::parse($text) {
                Ok(window) => window,
                Err(error) => $crate::literal::reject(&[
                    "not a weekly window: `",
                    $text,
                    "`: ",
                    error.message(),
                ]),
            };
        WINDOW
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weekly_window_says_when_it_begins() {
        let window = MaintenanceWindow::parse("sun:23:30-mon:00:30").unwrap();
        let (day, time) = window.begin();
        assert_eq!((day, time.to_string().as_str()), (Weekday::Sunday, "23:30"));
        assert_eq!(window.length_in_minutes(), 60);
        let (day, time) = MaintenanceWindow::parse("mon:00:00-mon:01:00").unwrap().begin();
        assert_eq!((day, time.to_string().as_str()), (Weekday::Monday, "00:00"));
    }

    #[test]
    fn a_window_reads_back_as_it_was_written() {
        for text in ["02:00-03:00", "23:45-00:15", "00:00-23:59"] {
            assert_eq!(BackupWindow::parse(text).unwrap().to_string(), text);
        }
        for text in ["sun:04:00-sun:05:00", "sun:23:45-mon:00:15", "mon:00:00-sat:12:30"] {
            assert_eq!(MaintenanceWindow::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_window_is_refused_with_its_reason() {
        for (text, error) in [
            ("", WindowError::Form),
            ("2:00-3:00", WindowError::Form),
            ("02:00/03:00", WindowError::Form),
            ("a2:00-03:00", WindowError::Form),
            ("24:00-25:00", WindowError::Time),
            ("02:60-03:30", WindowError::Time),
            ("02:00-02:29", WindowError::Short),
            ("02:00-02:00", WindowError::Short),
        ] {
            assert_eq!(BackupWindow::parse(text), Err(error), "{text}");
        }
        for (text, error) in [
            ("02:00-03:00", WindowError::WeeklyForm),
            ("Sun:04:00-Sun:05:00", WindowError::WeeklyForm),
            ("sun:04:00-son:05:00", WindowError::WeeklyForm),
            ("sun:04:00-sun:24:00", WindowError::Time),
            ("sun:04:00-sun:04:20", WindowError::Short),
        ] {
            assert_eq!(MaintenanceWindow::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn windows_overlap_when_they_share_a_minute_of_any_day() {
        for (backup, maintenance, overlap) in [
            ("02:00-03:00", "sun:03:00-sun:04:00", false),
            ("02:00-03:00", "sun:01:00-sun:02:00", false),
            ("02:00-03:00", "sun:01:30-sun:02:01", true),
            ("02:00-03:00", "wed:02:59-wed:03:30", true),
            ("23:30-00:30", "mon:00:00-mon:01:00", true),
            ("23:30-00:30", "sun:23:00-sun:23:30", false),
            ("00:00-00:30", "sun:23:30-mon:00:15", true),
            ("12:00-13:00", "fri:13:00-sat:12:00", false),
            ("12:00-13:00", "fri:13:00-sat:12:01", true),
            ("12:00-13:00", "fri:13:00-sun:11:00", true),
        ] {
            let backup = BackupWindow::parse(backup).unwrap();
            let maintenance = MaintenanceWindow::parse(maintenance).unwrap();
            assert_eq!(backup.overlaps(maintenance), overlap, "{backup} {maintenance}");
        }
    }
}
