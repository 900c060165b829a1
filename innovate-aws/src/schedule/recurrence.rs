//! On which days something happens.

use std::fmt;

use super::{TimeOfDay, Weekday};

/// A time, and the days on which it comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Recurrence {
    time: TimeOfDay,
    days: Days,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Days {
    Every,
    Work,
    One(Weekday),
}

impl Recurrence {
    /// Every day.
    pub const fn daily(time: TimeOfDay) -> Self {
        Self { time, days: Days::Every }
    }

    /// From Monday to Friday.
    pub const fn workdays(time: TimeOfDay) -> Self {
        Self { time, days: Days::Work }
    }

    /// Once a week.
    pub const fn weekly(day: Weekday, time: TimeOfDay) -> Self {
        Self { time, days: Days::One(day) }
    }

    /// At which time.
    pub const fn time(self) -> TimeOfDay {
        self.time
    }

    /// When that is, in minutes since Monday's midnight.
    pub(crate) fn in_a_week(self) -> impl Iterator<Item = u16> {
        const DAY: u16 = 24 * 60;
        let days = match self.days {
            Days::Every => 0..7,
            Days::Work => 0..5,
            Days::One(day) => day as u16..day as u16 + 1,
        };
        days.map(move |day| day * DAY + self.time.minutes())
    }

    /// How often that is in a year, at the most.
    pub(crate) const fn times_a_year(self) -> u16 {
        match self.days {
            Days::Every => 366,
            Days::Work => 262,
            Days::One(_) => 53,
        }
    }

    /// As EventBridge Scheduler takes it: `cron(0 20 ? * MON-FRI *)`.
    ///
    /// Source: "Schedule types in EventBridge Scheduler", EventBridge Scheduler User Guide.
    pub(crate) fn expression(self) -> String {
        let (minute, hour) = (self.time.minute(), self.time.hour());
        let days = match self.days {
            Days::Every => "* * ?",
            Days::Work => "? * MON-FRI",
            Days::One(day) => return format!("cron({minute} {hour} ? * {} *)", day.name()),
        };
        format!("cron({minute} {hour} {days} *)")
    }

    /// As CloudWatch takes it for its alarms, with five fields: `cron(0 20 * * MON-FRI)`.
    ///
    /// Source: "Schedule", Amazon CloudWatch API Reference.
    pub(crate) fn expression_of_alarms(self) -> String {
        let (minute, hour) = (self.time.minute(), self.time.hour());
        let days = match self.days {
            Days::Every => "*",
            Days::Work => "MON-FRI",
            Days::One(day) => day.name(),
        };
        format!("cron({minute} {hour} * * {days})")
    }
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.days {
            Days::Every => write!(f, "every day at {}", self.time),
            Days::Work => write!(f, "from Monday to Friday at {}", self.time),
            Days::One(day) => write!(f, "every {day:?} at {}", self.time),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time_of_day;

    #[test]
    fn a_recurrence_is_a_cron_expression_of_six_fields() {
        for (recurrence, expression) in [
            (Recurrence::daily(time_of_day!("20:00")), "cron(0 20 * * ? *)"),
            (Recurrence::workdays(time_of_day!("07:05")), "cron(5 7 ? * MON-FRI *)"),
            (Recurrence::weekly(Weekday::Sunday, time_of_day!("03:30")), "cron(30 3 ? * SUN *)"),
        ] {
            assert_eq!(recurrence.expression(), expression);
        }
    }

    #[test]
    fn cloudwatch_takes_five_fields() {
        for (recurrence, expression) in [
            (Recurrence::daily(time_of_day!("20:00")), "cron(0 20 * * *)"),
            (Recurrence::workdays(time_of_day!("07:05")), "cron(5 7 * * MON-FRI)"),
            (Recurrence::weekly(Weekday::Sunday, time_of_day!("03:30")), "cron(30 3 * * SUN)"),
        ] {
            assert_eq!(recurrence.expression_of_alarms(), expression);
        }
    }
}
